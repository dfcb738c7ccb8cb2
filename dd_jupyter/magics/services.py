"""The magic for NeMo Services on this machine, and for the model providers that they serve."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from dd_jupyter.errors import ConfigError
from dd_jupyter.magics.arguments import parsed, workspace
from dd_jupyter.magics.output import Output, Sentence
from dd_jupyter.magics.prompts import NobodyToAskError, ask_secret, refuse_key, secret_from

if TYPE_CHECKING:
    from pydantic import SecretStr

    from dd_jupyter.nemo.provider_setup import ProviderPlan

_OPTIONS = {
    "start": {"python", "port", "folder"},
    "stop": {"folder"},
    "status": {"folder"},
    "logs": {"folder", "lines"},
    "setup": {"folder", "provider", "provider_name", "key_env", "replace_key", "workspace", "base_url"},
}
"""What may be said with each action."""


@magics_class
class ServicesMagics(Magics):
    """The magic for local NeMo Services."""

    @no_var_expand
    @line_magic
    @magic_arguments()
    @argument("action", choices=list(_OPTIONS), help="What to do.")
    @argument("--python", metavar="PATH", help="start: interpreter or folder of the environment to run them in.")
    @argument("--port", type=int, metavar="N", help="start: where to listen. Default: a free port.")
    @argument("--folder", metavar="DIR", help="Where they keep their data. Default: one in the user's data folder.")
    @argument("-n", "--lines", type=int, metavar="LINES", help="logs: how many lines. Default: 50.")
    @argument("--provider", metavar="NAME|URL", help="setup: nvidia-build, openai, … or an OpenAI-compatible server.")
    @argument("--name", dest="provider_name", metavar="NAME", help="setup: what configurations call the provider.")
    @argument("--key-env", metavar="VAR", help="setup: environment variable that holds its key. Default: asks for it.")
    @argument("--replace-key", action="store_true", help="setup: put another key in place of the one that is there.")
    @workspace
    @argument("--base-url", metavar="URL", help="setup: the deployment. Default: the local one if it runs.")
    def dd_services(self, line: str) -> None:
        """Run NeMo Services on this machine: start, stop, status, logs; setup registers a model provider.

        They need an environment with nemo-platform[services]; nothing is installed. They go on when the kernel ends,
        are found again by any other, and keep jobs, filesets and secrets in their folder until they are started again.

        Examples: ``%dd_services start``; ``%dd_services setup --provider nvidia-build``; ``%dd_services logs -n 100``.
        """
        refuse_key(line, "--key-env VAR")
        args = parsed(self.dd_services, line)
        _refuse_others(args)
        getattr(self, f"_{args.action}")(args)

    def _start(self, args: argparse.Namespace) -> None:
        from dd_jupyter import api

        output = Output()
        running = api.start_services(args.folder, python=args.python, port=args.port, tell=output.tell)
        output.show(running)
        display(
            Sentence(
                f"This kernel is connected to them. In another: `%dd_connect --base-url {running.base_url}`. A model "
                "provider for them: `%dd_services setup --provider nvidia-build`. They run until `%dd_services stop`."
            )
        )

    def _stop(self, args: argparse.Namespace) -> None:
        from dd_jupyter import api

        output = Output()
        output.show(api.stop_services(args.folder, tell=output.tell))

    def _status(self, args: argparse.Namespace) -> None:
        from dd_jupyter import api

        display(api.services_status(args.folder))

    def _logs(self, args: argparse.Namespace) -> None:
        from dd_jupyter import api

        lines = 50 if args.lines is None else args.lines
        display(Sentence(api.services_log(args.folder, lines=lines) or "The services have written no log yet."))

    def _setup(self, args: argparse.Namespace) -> None:
        from dd_jupyter import api
        from dd_jupyter.nemo import provider_setup

        if not args.provider:
            known = ", ".join(provider_setup.KNOWN)
            raise UsageError(f"%dd_services setup needs --provider, one of {known}, or a URL.")
        output = Output()
        output.show(
            api.set_up_provider(
                args.provider,
                lambda plan: _key(plan, args.key_env),
                name=args.provider_name,
                replace_key=args.replace_key,
                workspace=args.workspace,
                base_url=args.base_url,
                folder=args.folder,
                tell=output.tell,
            )
        )


def _key(plan: ProviderPlan, variable: str | None) -> SecretStr | None:
    """The key, from the variable that was named or is usual, or from a person."""
    from pydantic import SecretStr

    if variable:
        return secret_from(variable, f"the key of `{plan.name}`")
    usual = os.environ.get(plan.key_variable, "").strip() if plan.key_variable else ""
    if usual:
        return SecretStr(usual)
    try:
        key = ask_secret(f"API key of {plan.name}{'' if plan.needs_key else ' (empty if it needs none)'}")
    except NobodyToAskError as error:
        raise ConfigError(
            f"There is nobody to ask for the key of `{plan.name}`. Name the environment variable that holds it with "
            "`--key-env VAR`."
        ) from error
    if key is None and plan.needs_key:
        raise ConfigError(f"`{plan.name}` needs a key. Name the environment variable that holds it with `--key-env`.")
    return key


def _refuse_others(args: argparse.Namespace) -> None:
    given = {name for name, value in vars(args).items() if value not in (None, False) and name != "action"}
    if others := sorted(given - _OPTIONS[args.action]):
        names = ", ".join("--" + name.removeprefix("provider_").replace("_", "-") for name in others)
        raise UsageError(f"%dd_services {args.action} does not take {names}.")
