"""Moving model providers: local settings to the Inference Gateway, and back."""

from dd_jupyter.resources.migration.gateway_providers import plan_providers_to_services
from dd_jupyter.resources.migration.local_providers import plan_providers_to_local

__all__ = ["plan_providers_to_local", "plan_providers_to_services"]
