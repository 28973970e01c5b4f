"""Addresses: what may be asked, and what counts as this machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.generate.endpoints import Endpoint, check


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://127.0.0.1:8000/v1", Endpoint("http://127.0.0.1:8000/v1", loopback=True)),
        ("http://127.8.9.10/", Endpoint("http://127.8.9.10", loopback=True)),
        ("http://[::1]:11434/v1/", Endpoint("http://[::1]:11434/v1", loopback=True)),
        ("HTTP://LocalHost:1/V1", Endpoint("http://localhost:1/V1", loopback=True)),
        ("https://localhost/v1", Endpoint("https://localhost/v1", loopback=True)),
        ("https://models.example:443/v1", Endpoint("https://models.example:443/v1", False)),
        ("https://10.0.0.7/a/b.c-d", Endpoint("https://10.0.0.7/a/b.c-d", False)),
        ("https://[2001:db8::1]/v1", Endpoint("https://[2001:db8::1]/v1", False)),
    ],
)
def test_what_an_address_is(url: str, endpoint: Endpoint) -> None:
    assert check(url, "--endpoint") == endpoint


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example/v1",
        "http://10.0.0.7/v1",
        "http://0.0.0.0/v1",
        "http://localhost.example/v1",
        "http://localhost.localdomain/v1",
        "http://127.0.0.1.example/v1",
        "http://127.1/v1",  # read as 127.0.0.1 by some, as a name by others
        "http://2130706433/v1",
        "http://[::ffff:127.0.0.1]/v1",
        "http://[::2]/v1",
        "http://128.0.0.1/v1",
    ],
)
def test_nothing_leaves_this_machine_without_tls(url: str) -> None:
    told = (
        r"^--endpoint: .*encrypted.*https://.*ssh -L 8000:localhost:8000 HOST, and give http://127"
    )
    with pytest.raises(InputError, match=told):
        check(url, "--endpoint")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://sk-secret@models.example/v1", "user or password"),
        ("https://user:sk-secret@models.example/v1", "user or password"),
        ("https://models.example/v1?key=sk-secret", "query"),
        ("https://models.example/v1#sk-secret", "fragment"),
    ],
)
def test_no_key_in_an_address_and_none_in_the_message(url: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        check(url, "--endpoint")
    assert "sk-secret" not in str(caught.value)
    assert "environment variable" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "", "localhost:8000", "ftp://localhost/", "file:///etc/passwd", "https://", "https:///v1",
        "https://a b/", "https://a/\n", "https://a\\b/", "http://localhost:0/",
        "http://localhost:65536/", "http://localhost:x/", "http://[::1/", "https://ümlaut.example/",
        "http://[fe80::1%25eth0]/", "//localhost/", "https://.example/", "https://a..b/",
    ],
)  # fmt: skip
def test_what_is_no_http_address(url: str) -> None:
    with pytest.raises(InputError, match=r"--endpoint: not an HTTP address; write it like"):
        check(url, "--endpoint")


@given(
    st.text(alphabet="htps:/.@[]%\\?#localhost0127 \n\té：", max_size=40).map("http://{}".format)
)
def test_whatever_is_taken_as_this_machine_without_tls_is_read_so_by_the_client(url: str) -> None:
    """Two parsers, one address: a URL that httpx would send elsewhere is never let through."""
    import httpx

    try:
        endpoint = check(url, "x")
    except InputError:
        return
    host = httpx.URL(endpoint.url).host
    assert host in ("localhost", "::1") or host.startswith("127.")
    assert endpoint.loopback
