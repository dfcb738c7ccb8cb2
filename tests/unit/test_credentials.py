"""A login stays fresh: renewed in time and once, shared with the `nemo` command, and never shown."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from dd_jupyter.errors import ConfigError, DDJupyterError, DeniedError, ServicesError, UnreachableError
from dd_jupyter.nemo import credentials as module
from dd_jupyter.nemo.config_file import refresh_lock, write_tokens
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.credentials import Credentials, NoCredentials, StaticToken
from dd_jupyter.nemo.tokens import Tokens
from tests.support.nemo_login import clean_home, content, oauth, write
from tests.support.oidc_double import CLIENT_ID, OidcDouble, jwt
from tests.support.waiting import wait_until

ENDED, ENDING, LASTING = -5, 30, 3600  # seconds left


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return clean_home(monkeypatch, tmp_path)


@pytest.fixture
def provider() -> Iterator[OidcDouble]:
    with OidcDouble() as provider:
        yield provider


def logged_in(home: Path, provider: OidcDouble, *, seconds: float, refresh: str | None = "refresh-0") -> Credentials:
    write(home, content(provider.base_url, **oauth(jwt(seconds=seconds, email="ada@example.com"), refresh)))
    return find_context().credentials


def user_in(path: Path) -> dict[str, str]:
    return yaml.safe_load(path.read_text())["users"][0]


def token(credentials: Credentials) -> str:
    header = asyncio.run(credentials.authorization())
    assert header is not None and header.startswith("Bearer ")
    return header.removeprefix("Bearer ")


def config_of(home: Path) -> Path:
    return home / ".config" / "nmp" / "config.yaml"


def test_nobody_sends_nothing() -> None:
    assert asyncio.run(NoCredentials().authorization()) is None
    assert NoCredentials().identity == "no authentication"
    assert NoCredentials().expires is None


@pytest.mark.parametrize(
    ("claims", "identity"),
    [
        ({"email": "ada@example.com", "preferred_username": "ada"}, "ada@example.com, by a token from the argument"),
        ({"preferred_username": "ada"}, "ada, by a token from the argument"),
        ({"email": ["no text"]}, "7f3a, by a token from the argument"),
        ({"email": "ada\x1b[31m\n@x"}, "ada[31m@x, by a token from the argument"),
    ],
)
def test_a_given_token_is_known_by_what_it_says(claims: dict[str, object], identity: str) -> None:
    given = StaticToken(jwt(seconds=LASTING, **claims), "the argument")

    assert given.identity == identity
    assert given.expires is not None
    assert abs(given.expires - datetime.now(UTC) - timedelta(seconds=LASTING)) < timedelta(seconds=30)


@pytest.mark.parametrize("opaque", ["nvapi-opaque", "a.b", "a.b.c", "a.!!!.c", "a.W10.c"])
def test_a_given_token_that_says_nothing_is_known_by_its_origin(opaque: str) -> None:
    given = StaticToken(opaque, "environment variable NMP_ACCESS_TOKEN")

    assert given.identity == "a token from environment variable NMP_ACCESS_TOKEN"
    assert (given.expires, token(given)) == (None, opaque)


@pytest.mark.parametrize("wrong", ["", "two words", "Bearer secret-one", "line\nbreak", "ümlaut"])
def test_what_cannot_stand_in_a_header_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(ConfigError, match="token from the argument") as caught:
        StaticToken(wrong, "the argument")

    assert not wrong or wrong not in str(caught.value)


def test_a_token_that_lasts_is_sent_without_asking_anybody(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=LASTING)

    assert token(credentials) == user_in(config_of(home))["token"]
    assert (provider.discoveries, provider.grants) == (0, [])


@pytest.mark.parametrize("seconds", [ENDED, ENDING])
def test_a_token_that_ends_is_renewed_and_the_next_one_is_kept(
    home: Path, provider: OidcDouble, seconds: float
) -> None:
    credentials = logged_in(home, provider, seconds=seconds)

    renewed = token(credentials)

    assert renewed == token(credentials) == provider.issued[0]
    assert provider.grants == [
        {
            "grant_type": "refresh_token",
            "client_id": CLIENT_ID,
            "refresh_token": "refresh-0",
            "scope": "openid profile email offline_access",
        }
    ]
    assert user_in(config_of(home)) == {"name": "default-user"} | oauth(renewed, "refresh-1")
    assert credentials.expires is not None and credentials.expires > datetime.now(UTC) + timedelta(minutes=50)


def test_a_refresh_token_that_is_not_rotated_is_kept(home: Path, provider: OidcDouble) -> None:
    provider.rotates = False

    token(logged_in(home, provider, seconds=ENDED))

    assert user_in(config_of(home))["refresh_token"] == "refresh-0"


def test_scopes_are_those_that_discovery_names(home: Path, provider: OidcDouble) -> None:
    provider.oidc = {"default_scopes": "openid platform:read api/.default", "scope_prefix": "api://nmp"}

    token(logged_in(home, provider, seconds=ENDED))

    assert provider.grants[0]["scope"] == "openid api://nmp/platform:read api://nmp/api/.default"


def test_a_new_token_that_does_not_say_when_it_ends_ends_when_the_provider_said(home: Path) -> None:
    opaque = Tokens.of("opaque", "refresh", expires_in=100)

    assert 90 < opaque.seconds_left <= 100
    assert Tokens.of("opaque").seconds_left == float("inf")


def test_all_else_in_the_file_stays_as_it_was(home: Path, provider: OidcDouble) -> None:
    old = jwt(seconds=ENDED)
    text = (
        "# my own words\n"
        "current_context: default   # the usual one\n"
        f"clusters: [{{name: c, base_url: '{provider.base_url}', metadata: {{owner: Ada}}}}]\n"
        "users:\n"
        "- {name: somebody-else, type: oauth, token: theirs, refresh_token: theirs-too}\n"
        "- name: 'ada'\n"
        f"  token: {old}  # of today\n"
        "  type: oauth\n"
        "  refresh_token: refresh-0\n"
        "  unknown_to_us: [1, 2]\n"
        "contexts: [{name: default, cluster: c, user: ada, preferences: {output_format: json}}]\n"
        "added_by_a_newer_version: {ü: yes}\n"
    )
    path = write(home, text)

    new = token(find_context().credentials)

    assert path.read_text() == text.replace(old, f'"{new}"').replace("refresh-0", '"refresh-1"')


def test_a_file_that_cannot_be_edited_in_place_is_written_anew_with_the_same_content(
    home: Path, provider: OidcDouble
) -> None:
    text = f"""\
users: [{{name: ada, type: oauth, token: &shared {jwt(seconds=ENDED)}, refresh_token: refresh-0}}]
clusters: [{{name: c, base_url: '{provider.base_url}', metadata: {{copy: *shared}}}}]
contexts: [{{name: default, cluster: c, user: ada}}]
current_context: default
"""
    path = write(home, text)
    before = yaml.safe_load(text)

    new = token(find_context().credentials)

    before["users"][0] |= {"token": new, "refresh_token": "refresh-1"}
    assert yaml.safe_load(path.read_text()) == before


def test_the_file_is_for_its_owner_only_and_nothing_is_left_beside_it(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    config_of(home).chmod(0o644)

    token(credentials)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in config_of(home).parent.iterdir()}
    assert modes == {"config.yaml": 0o600, "config.yaml.default.oauth-refresh.lock": 0o600}


def test_a_linked_file_stays_a_link(home: Path, provider: OidcDouble) -> None:
    logged_in(home, provider, seconds=ENDED)
    kept = config_of(home).rename(home / "settings.yaml")
    config_of(home).symlink_to(kept)

    new = token(find_context().credentials)

    assert config_of(home).is_symlink() and user_in(kept)["token"] == new


def test_a_file_that_cannot_be_written_leaves_the_login_to_this_process(
    home: Path, provider: OidcDouble, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_tokens", full)
    with caplog.at_level(logging.WARNING):
        first = token(credentials)
    os.utime(config_of(home))  # seen as a change, in which the ended tokens are read again
    second = token(credentials)

    assert first == second == provider.issued[0] and len(provider.grants) == 1
    assert "No space left on device" in caplog.text and first not in caplog.text


def test_requests_at_once_cause_one_renewal(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)

    async def many() -> set[str | None]:
        return set(await asyncio.gather(*(credentials.authorization() for _ in range(20))))

    assert asyncio.run(many()) == {f"Bearer {provider.issued[0]}"}
    assert (len(provider.grants), provider.discoveries) == (1, 1)


def test_a_slow_provider_does_not_hold_up_the_event_loop(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.answers.clear()

    async def ask() -> str | None:
        asking = asyncio.ensure_future(credentials.authorization())
        await asyncio.to_thread(provider.asked.wait, 10)
        assert not asking.done()
        provider.answers.set()  # would never be reached if asking blocked
        return await asking

    assert asyncio.run(ask()) == f"Bearer {provider.issued[0]}"


def test_an_interrupt_in_the_middle_does_not_lose_the_login(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.answers.clear()

    async def interrupted() -> None:
        asking = asyncio.ensure_future(credentials.authorization())
        await asyncio.to_thread(provider.asked.wait, 10)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    asyncio.run(interrupted())
    provider.answers.set()

    assert token(credentials) == provider.issued[0]
    assert user_in(config_of(home))["refresh_token"] == "refresh-1"


IN_A_PROCESS = """
import asyncio
from dd_jupyter.nemo.context import find_context
print(asyncio.run(find_context().credentials.authorization()), flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to see who waits for the lock")
def test_two_processes_at_once_renew_once(home: Path, provider: OidcDouble) -> None:
    logged_in(home, provider, seconds=ENDED)
    path = config_of(home)
    lock = path.with_name("config.yaml.default.oauth-refresh.lock")

    def waits(process: subprocess.Popen[str]) -> bool:
        descriptors = Path(f"/proc/{process.pid}/fd")
        return any(descriptor.resolve() == lock for descriptor in descriptors.iterdir())

    with refresh_lock(path, "default"):
        processes = [
            subprocess.Popen([sys.executable, "-c", IN_A_PROCESS], stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        wait_until(lambda: all(map(waits, processes)), timeout=30)
        before = len(provider.grants)
    said = [process.communicate(timeout=30)[0].strip() for process in processes]

    assert before == 0
    assert said == [f"Bearer {provider.issued[0]}"] * 2
    assert len(provider.grants) == 1


def test_a_login_in_a_terminal_counts_from_the_next_request(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=LASTING)
    token(credentials)

    write(home, content(provider.base_url, **oauth(jwt(email="grace@example.com"))))

    assert token(credentials) == user_in(config_of(home))["token"]
    assert credentials.identity == "grace@example.com"


def test_logging_out_and_in_again_counts_too(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=LASTING)

    write(home, content(provider.base_url))
    out = asyncio.run(credentials.authorization()), credentials.identity
    write(home, content(provider.base_url, **oauth("new-token")))

    assert out == (None, "no authentication")
    assert token(credentials) == "new-token"


def test_a_login_that_is_now_for_another_deployment_is_not_sent_to_the_old_one(
    home: Path, provider: OidcDouble
) -> None:
    credentials = logged_in(home, provider, seconds=LASTING)
    write(home, content("https://else.example", **oauth("token-of-else")))

    with pytest.raises(DeniedError, match=r"no longer one for .* Connect again with `%dd_connect`"):
        token(credentials)


def test_a_half_written_file_does_no_harm_to_a_token_that_lasts(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=LASTING)
    before = token(credentials)

    for half in ("", "users: [", "current_context: default\n"):
        config_of(home).write_text(half)
        assert token(credentials) == before
    config_of(home).unlink()
    assert token(credentials) == before


def test_a_file_that_is_gone_when_the_token_ends_is_an_error(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    config_of(home).unlink()

    with pytest.raises(ConfigError, match=r"~/.config/nmp/config.yaml cannot be read any more.*nemo auth login"):
        token(credentials)


@pytest.mark.parametrize("seconds", [ENDED, ENDING])
def test_a_refused_renewal_says_to_log_in_again_and_is_not_tried_again(
    home: Path, provider: OidcDouble, seconds: float
) -> None:
    credentials = logged_in(home, provider, seconds=seconds)
    provider.error = "invalid_grant"

    for _ in range(3):
        with pytest.raises(DeniedError, match="Log in again with `nemo auth login`"):
            token(credentials)
    refused = len(provider.grants)
    write(home, content(provider.base_url, **oauth("new-token")))

    assert refused == 1
    assert token(credentials) == "new-token"


def test_who_was_overtaken_by_nemo_auth_refresh_uses_its_tokens(home: Path, provider: OidcDouble) -> None:
    # That command takes no lock: it uses the refresh token while this process has sent the same.
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.answers.clear()
    header: list[str | None] = []
    asking = threading.Thread(target=lambda: header.append(asyncio.run(credentials.authorization())))
    asking.start()
    assert provider.asked.wait(10)

    provider.refresh_token = "refresh-of-the-command"
    overtaking = jwt(email="ada@example.com", by="the command")
    write_tokens(config_of(home), "default-user", Tokens.of(overtaking, "refresh-of-the-command"))
    provider.answers.set()
    asking.join(10)

    assert header == [f"Bearer {overtaking}"]
    assert user_in(config_of(home))["refresh_token"] == "refresh-of-the-command"


@pytest.mark.parametrize("user", [{"type": "no-auth"}, oauth("token-of-grace", "refresh-of-grace")], ids=["out", "in"])
def test_who_logs_in_or_out_while_a_login_is_renewed_has_the_last_word(
    home: Path, provider: OidcDouble, user: dict[str, str]
) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.answers.clear()
    header: list[str | None] = []
    asking = threading.Thread(target=lambda: header.append(asyncio.run(credentials.authorization())))
    asking.start()
    assert provider.asked.wait(10)

    write(home, content(provider.base_url, **user))
    provider.answers.set()
    asking.join(10)

    assert header == ["Bearer token-of-grace" if "token" in user else None]
    assert user_in(config_of(home)) == {"name": "default-user"} | user


def test_a_login_that_ended_and_cannot_be_renewed_says_so(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED, refresh=None)

    with pytest.raises(DeniedError, match=r"has ended\. Log in again with `nemo auth login`"):
        token(credentials)


def test_a_login_that_cannot_be_renewed_is_used_to_its_end(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDING, refresh=None)

    assert token(credentials) == user_in(config_of(home))["token"]


def test_a_deployment_that_asks_nobody_minds_no_ended_login(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.auth_enabled = False

    assert token(credentials) == token(credentials) == user_in(config_of(home))["token"]
    assert (provider.discoveries, provider.grants) == (1, [])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_in_trouble_is_not_asked_at_each_request_while_the_token_holds(
    home: Path, provider: OidcDouble, status: int
) -> None:
    credentials = logged_in(home, provider, seconds=ENDING)
    provider.error, provider.status = "temporarily_unavailable", status

    sent = [token(credentials) for _ in range(5)]

    assert sent == [user_in(config_of(home))["token"]] * 5
    assert len(provider.grants) == 1


def test_a_provider_that_was_in_trouble_is_asked_again_after_a_pause(
    home: Path, provider: OidcDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    credentials = logged_in(home, provider, seconds=ENDING)
    provider.error, provider.status = "temporarily_unavailable", 503
    token(credentials)

    provider.error = ""

    assert token(credentials) == provider.issued[0]


def test_a_provider_in_trouble_is_told_when_the_token_has_ended(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.error, provider.status = "server_error", 503

    with pytest.raises(ServicesError, match="HTTP 503") as caught:
        token(credentials)

    assert caught.value.status == 503


def test_without_a_network_a_token_that_holds_is_sent(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDING)
    provider.stop()

    assert token(credentials) == user_in(config_of(home))["token"]


def test_without_a_network_a_token_that_has_ended_is_told(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.stop()

    with pytest.raises(UnreachableError, match="could not be asked for a new token"):
        token(credentials)


def test_a_failure_is_told_to_all_who_wait_without_trying_for_each(home: Path, provider: OidcDouble) -> None:
    credentials = logged_in(home, provider, seconds=ENDED)
    provider.error, provider.status = "server_error", 503
    provider.answers.clear()

    async def many() -> list[str | BaseException | None]:
        asking = [asyncio.ensure_future(credentials.authorization()) for _ in range(5)]
        await asyncio.to_thread(provider.asked.wait, 10)
        provider.answers.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    errors = asyncio.run(many())

    assert [type(error) for error in errors] == [ServicesError] * 5
    assert len(provider.grants) == 1


def test_a_login_is_not_sent_to_a_provider_without_encryption_that_a_deployment_with_it_names() -> None:
    from dd_jupyter.nemo.tokens import Renewal

    oidc = {"token_endpoint": "http://login.example.com/token", "client_id": CLIENT_ID}
    renewal = Renewal("https://nemo.example.com")

    with pytest.raises(ServicesError, match="without encryption"):
        renewal._grant(None, oidc, Tokens.of("access", "refresh"))  # type: ignore[arg-type]  # sends nothing


@pytest.mark.parametrize("trouble", ["invalid_grant", "no network", "no JSON", "strange token"])
def test_tokens_show_in_no_error(home: Path, provider: OidcDouble, trouble: str) -> None:
    credentials = logged_in(home, provider, seconds=ENDED, refresh="refresh-that-nobody-sees")
    access = user_in(config_of(home))["token"]
    provider.refresh_token = "refresh-that-nobody-sees"
    match trouble:
        case "invalid_grant":
            provider.error = trouble  # its description repeats the refresh token
        case "no network":
            provider.oidc = {"token_endpoint": "http://127.0.0.1:1/token"}
        case "no JSON":
            provider.oidc = {"token_endpoint": f"{provider.base_url}/apis/auth/discovery/"}
            provider.error, provider.status = "refresh-that-nobody-sees", 404
        case "strange token":
            provider.grant = lambda form: (200, {"access_token": f"{access} two"})  # type: ignore[method-assign]

    with pytest.raises(DDJupyterError) as caught:
        token(credentials)

    error: BaseException | None = caught.value
    while error is not None:
        for secret in (access, "refresh-that-nobody-sees"):
            assert secret not in f"{error} {error!r} {vars(error)}"
        assert not hasattr(error, "request") and not hasattr(error, "_request")
        error = error.__cause__ or error.__context__


def test_tokens_show_in_no_repr_and_no_log(home: Path, provider: OidcDouble, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        credentials = logged_in(home, provider, seconds=ENDED, refresh="refresh-0")
        access = token(credentials)

    shown = (
        f"{credentials!r} {credentials} {credentials.identity} {find_context()!r} {Tokens.of(access, 'refresh-1')!r}"
    )
    for secret in (access, "refresh-0", "refresh-1"):
        assert secret not in shown and secret not in caplog.text
