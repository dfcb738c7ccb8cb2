"""Who is logged in with the `nemo` command is logged in here: arguments, environment, config file, defaults."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from dd_jupyter.errors import ConfigError
from dd_jupyter.nemo.context import NemoContext, find_context
from tests.support.nemo_login import DEPLOYMENT, clean_home, content, oauth, write
from tests.support.oidc_double import jwt

SECRET = "a-token-that-nobody-may-see"
DIALECTS = ["nmp", "nhx"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return clean_home(monkeypatch, tmp_path)


def authorization(context: NemoContext) -> str | None:
    return asyncio.run(context.credentials.authorization())


def test_without_anything_it_is_the_default_deployment_and_nobody() -> None:
    found = find_context()

    assert (found.base_url, found.workspace, found.name) == ("http://localhost:8080", "default", "")
    assert (found.credentials.identity, authorization(found)) == ("no authentication", None)
    assert found.origins == {
        "base_url": "the default",
        "workspace": "the default",
        "token": "none",
        "context": "none",
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_who_is_logged_in_with_nemo_is_logged_in_here(home: Path, dialect: str) -> None:
    write(home, content(workspace="research", **oauth(jwt(email="ada@example.com"))), dialect)

    found = find_context()

    assert (found.base_url, found.workspace, found.name, found.dialect) == (DEPLOYMENT, "research", "default", dialect)
    assert found.credentials.identity == "ada@example.com"
    assert (authorization(found) or "").startswith("Bearer ey")
    file = f"~/.config/{dialect}/config.yaml"
    assert found.origins == {
        "base_url": f"context `default` of {file}",
        "workspace": f"context `default` of {file}",
        "token": f"context `default` of {file}",
        "context": f"the current one of {file}",
    }


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("given", [*itertools.product([True, False], repeat=3)], ids=str)
def test_an_argument_wins_over_a_variable_and_a_variable_over_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, dialect: str, given: tuple[bool, bool, bool]
) -> None:
    by_argument, by_variable, by_file = given
    prefix = dialect.upper()
    if by_file:
        write(home, content("https://file.example", workspace="of-file", **oauth("token-of-file")), dialect)
    if by_variable:
        monkeypatch.setenv(f"{prefix}_BASE_URL", "https://variable.example/")
        monkeypatch.setenv(f"{prefix}_WORKSPACE", "of-variable")
        monkeypatch.setenv(f"{prefix}_ACCESS_TOKEN", "token-of-variable")
    arguments = {"base_url": "https://argument.example", "workspace": "of-argument", "token": "token-of-argument"}

    found = find_context(**arguments if by_argument else {})

    source = "argument" if by_argument else "variable" if by_variable else "file" if by_file else None
    assert found.base_url == (f"https://{source}.example" if source else "http://localhost:8080")
    assert found.workspace == (f"of-{source}" if source else "default")
    assert authorization(found) == (f"Bearer token-of-{source}" if source else None)
    words = {
        "argument": "the argument",
        "variable": f"environment variable {prefix}_BASE_URL",
        "file": f"context `default` of ~/.config/{dialect}/config.yaml",
        None: "the default",
    }
    assert found.origins["base_url"] == words[source]


@pytest.mark.parametrize("name", ["base_url", "workspace", "token"])
def test_each_setting_has_a_way_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write(home, content(DEPLOYMENT, workspace="of-file", **oauth("token-of-file")))
    monkeypatch.setenv("NMP_WORKSPACE", "of-variable")

    found = find_context(**{name: {"base_url": f"{DEPLOYMENT}/"}.get(name, "of-argument")})

    assert found.base_url == DEPLOYMENT
    assert found.workspace == ("of-argument" if name == "workspace" else "of-variable")
    assert authorization(found) == ("Bearer of-argument" if name == "token" else "Bearer token-of-file")


def test_a_context_is_named_by_argument_then_variable_then_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = content("https://a.example", name="a")
    for section, entries in content("https://b.example", name="b").items():
        if section != "current_context":
            both[section] += entries
    write(home, both)

    assert find_context().base_url == "https://a.example"
    assert find_context(context="b").base_url == "https://b.example"
    monkeypatch.setenv("NMP_CURRENT_CONTEXT", "b")
    assert find_context().base_url == "https://b.example"
    assert find_context().origins["context"] == "environment variable NMP_CURRENT_CONTEXT"
    assert find_context(context="a").base_url == "https://a.example"


@pytest.mark.parametrize("how", ["CONFIG_FILE", "XDG_CONFIG_HOME"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_file_may_be_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch, dialect: str, how: str) -> None:
    path = home / "elsewhere" / dialect / "config.yaml"
    path.parent.mkdir(parents=True)
    write(home, content("https://usual.example"), dialect).rename(path)
    write(home, content("https://not-this.example"), dialect)
    if how == "CONFIG_FILE":
        monkeypatch.setenv(f"{dialect.upper()}_CONFIG_FILE", str(path))
    else:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))

    found = find_context()

    assert (found.base_url, found.dialect) == ("https://usual.example", dialect)
    assert f"~/elsewhere/{dialect}/config.yaml" in found.origins["base_url"]


def test_of_two_files_the_successors_is_read(home: Path) -> None:
    write(home, content("https://old.example", **oauth(SECRET)), "nmp")
    write(home, content("https://new.example", **oauth("token-of-new")), "nhx")

    found = find_context()

    assert (found.base_url, found.dialect, authorization(found)) == (
        "https://new.example",
        "nhx",
        "Bearer token-of-new",
    )
    assert "~/.config/nhx/config.yaml" in found.origins["context"]


def test_of_two_files_the_one_with_the_context_asked_for_is_read(home: Path) -> None:
    write(home, content("https://old.example", name="old"), "nmp")
    write(home, content("https://new.example", name="new"), "nhx")

    assert find_context(context="old").base_url == "https://old.example"
    assert find_context(context="new").base_url == "https://new.example"


def test_a_file_without_contexts_does_not_hide_a_login_of_the_other_dialect(home: Path) -> None:
    write(home, {"local_services": {"data_dir": "somewhere"}}, "nhx")
    write(home, content(), "nmp")

    assert find_context().base_url == DEPLOYMENT


def test_variables_say_which_dialect_counts_and_nothing_of_the_other_is_mixed_in(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, content("https://new.example", **oauth(SECRET)), "nhx")
    monkeypatch.setenv("NMP_BASE_URL", "https://old.example")

    old = find_context()
    monkeypatch.setenv("NHX_BASE_URL", "https://newer.example")
    monkeypatch.setenv("NMP_ACCESS_TOKEN", SECRET)
    newer = find_context()

    assert (old.base_url, old.dialect, authorization(old)) == ("https://old.example", "nmp", None)
    assert (newer.base_url, newer.dialect, authorization(newer)) == ("https://newer.example", "nhx", None)


@pytest.mark.parametrize("how", ["argument", "variable", "argument beside a context"])
@pytest.mark.parametrize(
    "other",
    [
        "https://else.example",
        "http://nemo.example.com",
        "https://nemo.example.com:8443",
        "https://nemo.example.com/other",
        "https://nemo.example.com.else.example",
    ],
)
def test_a_login_from_the_file_goes_to_its_own_deployment_only(
    home: Path, monkeypatch: pytest.MonkeyPatch, other: str, how: str
) -> None:
    write(home, content(DEPLOYMENT, **oauth(SECRET, "refresh")))
    if how == "variable":
        monkeypatch.setenv("NMP_BASE_URL", other)
    arguments = {} if how == "variable" else {"base_url": other}
    if how == "argument beside a context":
        arguments["context"] = "default"

    found = find_context(**arguments)

    assert (found.base_url, authorization(found)) == (other, None)
    assert found.credentials.identity == "no authentication"
    # Alone, a base URL has nothing to do with the current context, as in the `nemo` command's SDK.
    assert (found.name, found.workspace) == (("", "default") if how == "argument" else ("default", "research"))
    assert "another base URL" in found.origins["context"] if how == "argument" else DEPLOYMENT in found.origins["token"]


@pytest.mark.parametrize("same", ["https://nemo.example.com/", "https://NEMO.example.com:443"])
def test_a_login_from_the_file_goes_to_its_deployment_however_that_is_written(home: Path, same: str) -> None:
    write(home, content(DEPLOYMENT, **oauth(SECRET)))

    found = find_context(base_url=same)

    assert (authorization(found), found.workspace, found.name) == (f"Bearer {SECRET}", "research", "default")


def test_a_given_token_goes_with_a_given_base_url(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, content(DEPLOYMENT, **oauth("token-of-file")))
    monkeypatch.setenv("NMP_ACCESS_TOKEN", "token-of-variable")

    assert authorization(find_context(base_url="https://else.example")) == "Bearer token-of-variable"
    assert authorization(find_context(base_url="https://else.example", token="mine")) == "Bearer mine"


def test_a_legacy_api_key_is_a_token(home: Path) -> None:
    write(home, content(type="api-key", api_key="legacy-key"))

    assert authorization(find_context()) == "Bearer legacy-key"


def test_a_legacy_api_key_that_is_an_address_is_that_person(home: Path) -> None:
    write(home, content(api_key="ada@example.com"))

    found = find_context()

    assert found.credentials.identity == "ada@example.com"
    assert (authorization(found) or "").endswith(".")  # no signature


@pytest.mark.parametrize("user", [{"type": "no-auth"}, {"type": "api-key"}, {"token": SECRET}], ids=str)
def test_a_user_without_authentication_sends_none(home: Path, user: dict[str, str]) -> None:
    write(home, content(**user))

    found = find_context()

    assert (authorization(found), found.credentials.identity) == (None, "no authentication")
    assert found.origins["token"] == "none: no login in context `default` of ~/.config/nmp/config.yaml"


def test_certificates_to_trust_are_those_of_the_nemo_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "ca.pem").touch()
    monkeypatch.setenv("NMP_CLIENT_SSL_CERT_FILE", str(home / "ca.pem"))

    assert find_context().ssl_certificate == home / "ca.pem"


def test_equal_contexts_are_equal_so_that_they_share_connections(home: Path) -> None:
    write(home, content(**oauth(SECRET)))

    first, second, other = find_context(), find_context(), find_context(workspace="other")

    assert first == second and hash(first) == hash(second)
    assert first != other
    assert find_context(token="one") != find_context(token="two")


TOKEN_ON_A_BROKEN_LINE = f"users:\n- name: me\n  token: {SECRET}: [unclosed\n"
BROKEN = {
    "not YAML": (TOKEN_ON_A_BROKEN_LINE, "line 3"),
    "not YAML by its characters": (f"token: {SECRET}\x00", "not the YAML"),
    "a list": ("- a\n- b\n", "not the YAML"),
    "a text": (SECRET, "not the YAML"),
    "contexts that are none": ("contexts: {a: b}\n", "`contexts`"),
    "a context without a name": ("contexts: [{cluster: a, user: b}]\n", "`name`"),
    "no current context": (content() | {"current_context": None}, "nemo config use-context"),
    "an unknown current context": (content() | {"current_context": "gone"}, "`default`"),
    "a missing cluster": (content() | {"clusters": []}, "cluster `default-cluster`"),
    "a missing user": (content() | {"users": []}, "user `default-user`"),
    "a cluster without base URL": (content() | {"clusters": [{"name": "default-cluster"}]}, "`base_url`"),
    "a base URL that is none": (content("localhost:8080"), "cluster `default-cluster`"),
    "a base URL with a password": (content(f"https://ada:{SECRET}@nemo.example.com"), "user name or password"),
    "no token": (content(type="oauth"), "nemo auth login"),
    "a token that is none": (content(**oauth(f"{SECRET} and more")), "nemo auth login"),
    "an unknown way to log in": (content(type="saml", token=SECRET), "'saml'"),
    "a number for a workspace": (content() | {"contexts": [content()["contexts"][0] | {"workspace": 7}]}, "workspace"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_used_is_named_without_what_is_secret_in_it(
    home: Path, text: dict[str, object] | str, said: str
) -> None:
    write(home, text)

    with pytest.raises(ConfigError) as caught:
        find_context()

    assert "~/.config/nmp/config.yaml" in str(caught.value) and said in str(caught.value)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in repr(error) and SECRET not in str(error)
        error = error.__cause__ or error.__context__


def test_an_unreadable_file_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / ".config" / "nmp" / "config.yaml"
    path.mkdir(parents=True)  # the test may be run by root, whom no mode keeps out

    with pytest.raises(ConfigError, match="cannot be read"):
        find_context()


def test_an_unknown_context_is_answered_with_the_known_ones(home: Path) -> None:
    write(home, content())

    with pytest.raises(ConfigError, match=r"`prod` is not in ~/.config/nmp/config.yaml.*`default`"):
        find_context(context="prod")


def test_a_context_without_any_file_is_an_error() -> None:
    with pytest.raises(ConfigError, match="`prod`, from the argument, is unknown"):
        find_context(context="prod")


def test_a_context_variable_is_only_a_name_where_all_is_given_by_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CURRENT_CONTEXT": "ci", "BASE_URL": DEPLOYMENT, "ACCESS_TOKEN": "of-ci"}.items():
        monkeypatch.setenv(f"NMP_{name}", value)

    found = find_context()

    assert (found.base_url, found.name, authorization(found)) == (DEPLOYMENT, "", "Bearer of-ci")


@pytest.mark.parametrize("name", ["CONFIG_FILE", "CLIENT_SSL_CERT_FILE"])
def test_a_file_that_a_variable_names_must_be_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"NMP_{name}", "/nowhere/file")

    with pytest.raises(ConfigError, match=f"/nowhere/file, which NMP_{name} names"):
        find_context()


@pytest.mark.parametrize(
    "base_url",
    [
        "nemo.example.com",
        "localhost:8080",
        "ftp://nemo.example.com",
        "https://",
        "https://host:port",
        "https://a b",
        f"https://ada:{SECRET}@nemo.example.com",
        f"ada:{SECRET}@nemo.example.com",
        f"https://nemo.example.com?key={SECRET}",
    ],
)
def test_a_base_url_that_is_none_is_refused_and_not_repeated(base_url: str) -> None:
    with pytest.raises(ConfigError, match="base URL from the argument") as caught:
        find_context(base_url=base_url)

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["base_url", "workspace", "token", "context"])
def test_an_empty_argument_is_a_mistake_and_not_a_wish_for_the_default(name: str) -> None:
    with pytest.raises(ConfigError, match=f"`{name}` is empty"):
        find_context(**{name: " "})


def test_no_token_shows_in_a_context(home: Path) -> None:
    write(home, content(**oauth(SECRET, f"refresh-{SECRET}")))

    for found in (find_context(), find_context(token=SECRET)):
        assert SECRET not in f"{found!r} {found} {found.origins} {found.credentials!r}"
        assert SECRET not in found.credentials.identity
