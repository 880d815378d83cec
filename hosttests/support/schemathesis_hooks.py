"""What schemathesis holds beside its own checks."""

import schemathesis

# refusals of what each parameter alone allows: OpenAPI has no words for parameters that go together, for the state of a pin, or for
# what an alarm can do on this board
TOGETHER = {"bad-combination", "bad-config", "bad-place", "missing-pin", "missing-type", "nothing-to-do", "unknown-parameter"}


@schemathesis.check
def valid_is_taken(ctx, response, case):
    """What the schema allows is not refused as bad, in place of schemathesis's positive_data_acceptance."""
    if case.meta and case.meta.generation.mode.is_positive and response.status_code == 400:
        assert response.json()["type"] in TOGETHER, response.text
