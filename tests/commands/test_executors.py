"""An executor that is not installed is one sentence, which names what to install; one that is looks at its jobs."""

from types import SimpleNamespace

import pytest
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor

from textstudy.commands.executors import bound_status_checks, check_executor
from textstudy.errors import StudyError


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A profile for an executor that nobody has, in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "profile.yaml").write_text("executor: no-such\njobs: 3\n")
    return "mine"


def test_the_profile_and_the_package_are_named(profile):
    with pytest.raises(
        StudyError, match=r"mine asks for the executor no-such.*pip install snakemake-executor-plugin-no-such"
    ):
        check_executor(["--cores", "2", "--profile", profile])


def test_the_pins_are_named_where_there_are_some(profile, tmp_path):
    (tmp_path / "requirements-no-such.txt").touch()
    with pytest.raises(StudyError, match=r"pip install -r requirements-no-such\.txt"):
        check_executor([f"--profile={profile}"])


def test_an_option_goes_before_the_profile(profile):
    check_executor(["--profile", profile, "--executor", "local"])
    with pytest.raises(StudyError, match="--executor asks for the executor other"):
        check_executor(["-e", "other", "--config", "studies=[demo]"])


@pytest.mark.parametrize("options", [[], ["--cores", "2"], ["--profile", "nowhere"], ["--executor", "dryrun"]])
def test_what_needs_no_plugin_passes(options):
    check_executor(options)


def test_an_executor_that_waits_longer_and_longer_is_bounded(monkeypatch):
    waits = RemoteExecutor.next_seconds_between_status_checks
    monkeypatch.setattr(RemoteExecutor, "next_seconds_between_status_checks", waits)  # put back afterwards
    methods = dict.fromkeys(RemoteExecutor.__abstractmethods__)
    executor = object.__new__(type("Executor", (RemoteExecutor,), methods))
    settings = SimpleNamespace(seconds_between_status_checks=10)
    executor.workflow = SimpleNamespace(remote_execution_settings=settings)
    executor.next_seconds_between_status_checks = 45
    assert executor.next_seconds_between_status_checks == 45
    bound_status_checks()
    assert executor.next_seconds_between_status_checks == 10
    executor.next_seconds_between_status_checks = 5
    assert executor.next_seconds_between_status_checks == 5
