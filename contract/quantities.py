"""Quantities of Cloud Run as Terraform has them: CPU such as `500m`, memory such as `512Mi`."""

_BYTES = {"Mi": 2**20, "Gi": 2**30}


def cpu_millis(quantity: str) -> int:
    """Return CPU in thousandths of a vCPU."""
    return int(quantity[:-1]) if quantity.endswith("m") else int(float(quantity) * 1000)


def memory_bytes(quantity: str) -> int:
    """Return memory in bytes.

    Raises:
        KeyError: the unit is neither Mi nor Gi.
    """
    return int(quantity[:-2]) * _BYTES[quantity[-2:]]
