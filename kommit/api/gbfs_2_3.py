"""GBFS 2.3 for readers that know no 3.0, as a translation of its files.

It says less: reservations far ahead and rules outside of zones have no words in it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

Data = dict[str, Any]

V2: Final = "2.3"
FILE_OF: Final = {"free_bike_status": "vehicle_status"}
"""Files of 2.3 that have another name in 3.0."""
NAME_OF: Final = {"vehicle_status": "free_bike_status"}
LEFT_OUT: Final = frozenset({"vehicle_availability", "gbfs", "gbfs_versions"})
RENAMED: Final = {
    "num_vehicles_available": "num_bikes_available",
    "num_vehicles_disabled": "num_bikes_disabled",
    "vehicle_id": "bike_id",
    "vehicles": "bikes",
}


def translate(name: str, data: Data) -> Data:
    """Return the data of a file of 3.0 as 2.3 writes it; ``name`` is that of 3.0."""
    plain: Data = _plain(data)
    return OWN[name](plain) if name in OWN else plain


def _plain(value: Any) -> Any:
    """Return a value with texts in one language, seconds for moments and the names of 2.3."""
    if isinstance(value, dict):
        return {RENAMED.get(key, key): _field(key, each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _field(key: str, value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict) and "text" in value[0]:
        return value[0]["text"]
    return unix_s(value) if key == "last_reported" else _plain(value)


def unix_s(text: str) -> int:
    """Return the second of a moment that 3.0 writes as text."""
    return int(datetime.fromisoformat(text).timestamp())


def _system(data: Data) -> Data:
    language = data.pop("languages")[0]
    del data["opening_hours"]  # a file of its own in 2.3, with less to say
    return data | {"language": language}


def _zones(data: Data) -> Data:
    for zone in data["geofencing_zones"]["features"]:
        zone["properties"]["rules"] = [_rule(rule) for rule in zone["properties"]["rules"]]
    return {"geofencing_zones": data["geofencing_zones"]}


def _rule(rule: Data) -> Data:
    found = {
        "ride_allowed": rule["ride_start_allowed"] and rule["ride_end_allowed"],
        "ride_through_allowed": rule["ride_through_allowed"],
        "station_parking": rule["station_parking"],
    }
    types = rule.get("vehicle_type_ids")
    return found if types is None else found | {"vehicle_type_id": types}


OWN: Final[dict[str, Callable[[Data], Data]]] = {
    "system_information": _system,
    "geofencing_zones": _zones,
}
"""Files that need more than other names."""
