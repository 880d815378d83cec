"""The harness under tests/device: whatever goes wrong in MicroPython must fail a test here, with the reason."""

import textwrap

import pytest

from host.testing.device_tests import run_file, with_source


@pytest.fixture
def outcomes(tmp_path):
    def run(source, *names, seconds=20):
        path = tmp_path / "test_sample.py"
        path.write_text(textwrap.dedent(source))
        return run_file(path, list(names), seconds)

    return run


def test_passing_and_failing_functions_are_told_apart(outcomes):
    found = outcomes(
        """
        def test_good():
            print("hello")
        def test_bad():
            assert 1 == 2, "one is not two"
        async def test_bad_async():
            import asyncio
            await asyncio.sleep(0)
            raise ValueError("later")
        """,
        *("test_good", "test_bad", "test_bad_async"),
    )
    assert not found["test_good"].failure and found["test_good"].output == "hello\n"
    assert "AssertionError: one is not two" in found["test_bad"].failure and "line 5" in found["test_bad"].failure
    assert "ValueError: later" in found["test_bad_async"].failure


def test_a_traceback_shows_the_source(outcomes):
    found = outcomes("def test_bad():\n    assert 'x' == 'y'\n", "test_bad")
    assert "    assert 'x' == 'y'" in with_source(found["test_bad"].failure).splitlines()


def test_a_file_that_cannot_be_imported_fails_all_its_tests(outcomes):
    found = outcomes("import nowhere\ndef test_a(): pass\ndef test_b(): pass\n", "test_a", "test_b")
    assert all("ImportError: no module named 'nowhere'" in outcome.failure for outcome in found.values())


@pytest.mark.parametrize("end", ["sys.exit(0)", "raise SystemExit", "raise KeyboardInterrupt"])
def test_leaving_the_interpreter_is_a_failure(outcomes, end):
    found = outcomes(f"import sys\ndef test_a(): {end}\ndef test_b(): pass\n", "test_a", "test_b")
    assert found["test_a"].failure


def test_a_crash_fails_the_test_it_happens_in_and_those_after(outcomes):
    source = """
        import os
        def test_before(): pass
        def test_crash(): os.system("kill -9 $PPID")
        def test_after(): pass
        """
    found = outcomes(source, "test_before", "test_crash", "test_after")
    assert not found["test_before"].failure
    assert "status -9 in this test" in found["test_crash"].failure
    assert "not reached" in found["test_after"].failure


def test_an_endless_test_is_stopped_and_named(outcomes):
    found = outcomes("def test_a():\n    while True: pass\ndef test_b(): pass\n", "test_a", "test_b", seconds=1)
    assert "still running after 1 seconds in this test" in found["test_a"].failure
    assert "not reached" in found["test_b"].failure


def test_tasks_left_behind_do_not_run_in_the_next_test(outcomes):
    found = outcomes(
        """
        import asyncio
        seen = []
        async def late():
            await asyncio.sleep_ms(1)
            seen.append(1)
        async def test_a():
            asyncio.create_task(late())
        async def test_b():
            await asyncio.sleep_ms(20)
            assert seen == []
        """,
        *("test_a", "test_b"),
    )
    assert not found["test_b"].failure


def test_raises_wants_the_exception(outcomes):
    found = outcomes(
        """
        from expect import equal, raises
        def test_right():
            with raises(ValueError) as caught:
                int("x")
            assert "invalid syntax" in str(caught.error)
        def test_none():
            with raises(ValueError):
                pass
        def test_other():
            with raises(ValueError):
                {}["x"]
        def test_equal():
            equal(1 + 1, 3)
        """,
        *("test_right", "test_none", "test_other", "test_equal"),
    )
    assert not found["test_right"].failure
    assert "ValueError was not raised" in found["test_none"].failure
    assert "KeyError" in found["test_other"].failure
    assert "2 is not 3" in found["test_equal"].failure
