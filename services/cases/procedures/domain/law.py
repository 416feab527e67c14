"""Finds the state of the one-stop law for a day: a procedure names a rule set, or a family of rule sets that follow
each other."""

from collections.abc import Mapping
from datetime import date, timedelta

from services.cases.core.domain.catalogue_models import RuleSet
from services.cases.core.domain.procedure import Procedure


def named(rules: Mapping[str, RuleSet], name: str) -> list[RuleSet]:
    """Returns the rule set of that id with its later states, `id@day`, or all of the family of that name, oldest first.

    A decree that is amended goes on: a procedure under it need not be published again.
    """
    found = [each for each in rules.values() if name in (each.id, each.family, each.id.partition("@")[0])]
    return sorted(found, key=lambda each: each.effective_from)


def in_force(rules: Mapping[str, RuleSet], name: str, day: date) -> RuleSet:
    """Returns the rule set for a case taken in that day.

    Raises:
        ValueError: no rule set is in force.
    """
    for each in named(rules, name):
        if each.in_force(day):
            return each
    raise ValueError(f"rule set {name!r} is not in force on {day}" if named(rules, name) else f"no rule set {name!r}")


def applying(rules: Mapping[str, RuleSet], procedure: Procedure) -> list[RuleSet]:
    """Lists the rule sets that cases of a procedure's version can come under, one after another.

    Raises:
        ValueError: on some day of the version no rule set is in force.
    """
    first, applicable = procedure.effective_from, []
    while procedure.effective_to is None or first <= procedure.effective_to:
        applicable.append(in_force(rules, procedure.rules, first))
        if (last := applicable[-1].effective_to) is None:
            break
        first = last + timedelta(days=1)
    return applicable
