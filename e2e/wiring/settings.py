"""The settings class of every process."""

import importlib
import inspect

from services.common.settings import Settings

MODULES = {"gateway": "gateway.settings", "sandbox": "infra.sandbox.settings"}


def settings_of(name: str) -> type[Settings]:
    """The settings of a service, the gateway or the sandbox."""
    module = importlib.import_module(MODULES.get(name, f"services.{name}.settings"))
    classes = inspect.getmembers(module, lambda item: inspect.isclass(item) and issubclass(item, Settings))
    found: type[Settings] = next(cls for _, cls in classes if cls.__module__ == module.__name__)
    return found


def variables_of(name: str) -> tuple[set[str], set[str]]:
    """The variables a process reads, and those of them it cannot do without."""
    fields = settings_of(name).model_fields
    known = {f"ONESTOP_{field.upper()}" for field in fields}
    return known, {f"ONESTOP_{field.upper()}" for field, info in fields.items() if info.is_required()}
