"""Signing in with a provider of OpenID Connect: nothing is seen before, and the link one came by is there afterwards."""

import os
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.browser.calm import settled
from tests.conftest import PROJECT, free_port

pytestmark = pytest.mark.browser


def test_a_visitor_signs_in_and_comes_to_the_link(browser, open_page, tmp_path) -> None:
    pytest.importorskip("authlib", reason="Authlib, the extra `auth`, is not installed")
    from tests.browser.provider import CLIENT, SECRET, provider

    port = free_port()
    secrets = tmp_path / "secrets.toml"
    with provider() as at:
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"x" * 32}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{at.address}/.well-known/openid-configuration"\n'
        )
        line = [sys.executable, "-m", "generain_core", "serve", "--port", str(port)]
        settings = {"GENERAIN_SECRETS": str(secrets), "GENERAIN_SIGN_IN_ALLOWED": "@lab.example"}
        with (tmp_path / "log.txt").open("wb") as log:
            server = subprocess.Popen(line, cwd=PROJECT, stdout=log, stderr=log, env=os.environ | settings)
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.25)
            page = open_page(f"http://127.0.0.1:{port}/gene?gene=GAS5")
            settled(page)
            assert "GAS5" not in page.inner_text("body")
            assert page.get_by_test_id("stSidebarNav").count() == 0
            page.get_by_role("button", name="Sign in").click()
            page.get_by_text("ana@lab.example").wait_for()
            page.get_by_role("heading", name="GAS5").first.wait_for()
            assert page.url == f"http://127.0.0.1:{port}/gene?gene=GAS5"
            at.email = "eve@else.example"
            page.get_by_role("button", name="Sign out").click()
            page.get_by_role("button", name="Sign in").click()
            page.get_by_text("eve@else.example, whom this page is not open to").wait_for()
        finally:
            server.terminate()
            server.wait(20)
        assert "ana@" not in (tmp_path / "log.txt").read_text()
