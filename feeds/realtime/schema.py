"""The part of GTFS Realtime that is read here, as a protobuf descriptor.

Field names and numbers are those of ``gtfs-realtime.proto``, version 2.0
(https://gtfs.org/documentation/realtime/proto/). Fields left out, such as extensions, are skipped
by the parser. Enumerations are declared as the integers they are on the wire, so that values of
later versions arrive as they were sent; nothing is required, so that what is missing can be said
in words.
"""

from typing import Any, Final

# protobuf ships neither stubs nor a py.typed marker
from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)

PACKAGE: Final = "transit_realtime"

_REPEATED: Final = "*"
"""After a type: the field may occur many times."""

MESSAGES: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "FeedMessage": {1: ("header", "FeedHeader"), 2: ("entity", "FeedEntity*")},
    "FeedHeader": {
        1: ("gtfs_realtime_version", "string"),
        2: ("incrementality", "int32"),
        3: ("timestamp", "uint64"),
    },
    "FeedEntity": {
        1: ("id", "string"),
        2: ("is_deleted", "bool"),
        3: ("trip_update", "TripUpdate"),
        4: ("vehicle", "VehiclePosition"),
        5: ("alert", "Alert"),
    },
    "TripUpdate": {
        1: ("trip", "TripDescriptor"),
        2: ("stop_time_update", "StopTimeUpdate*"),
        5: ("delay", "int32"),
        6: ("trip_properties", "TripProperties"),
    },
    "TripDescriptor": {
        1: ("trip_id", "string"),
        2: ("start_time", "string"),
        3: ("start_date", "string"),
        4: ("schedule_relationship", "int32"),
        5: ("route_id", "string"),
        6: ("direction_id", "uint32"),
    },
    "StopTimeUpdate": {
        1: ("stop_sequence", "uint32"),
        2: ("arrival", "StopTimeEvent"),
        3: ("departure", "StopTimeEvent"),
        4: ("stop_id", "string"),
        5: ("schedule_relationship", "int32"),
        6: ("stop_time_properties", "StopTimeProperties"),
    },
    "StopTimeEvent": {1: ("delay", "int32"), 2: ("time", "int64")},
    "StopTimeProperties": {1: ("assigned_stop_id", "string")},
    "TripProperties": {
        1: ("trip_id", "string"),
        2: ("start_date", "string"),
        3: ("start_time", "string"),
        5: ("trip_headsign", "string"),
        6: ("trip_short_name", "string"),
    },
    "VehiclePosition": {
        1: ("trip", "TripDescriptor"),
        2: ("position", "Position"),
        3: ("current_stop_sequence", "uint32"),
        4: ("current_status", "int32"),
        5: ("timestamp", "uint64"),
        7: ("stop_id", "string"),
        8: ("vehicle", "VehicleDescriptor"),
    },
    "Position": {
        1: ("latitude", "float"),
        2: ("longitude", "float"),
        3: ("bearing", "float"),
        5: ("speed", "float"),
    },
    "VehicleDescriptor": {1: ("id", "string"), 2: ("label", "string")},
    "Alert": {
        1: ("active_period", "TimeRange*"),
        5: ("informed_entity", "EntitySelector*"),
        6: ("cause", "int32"),
        7: ("effect", "int32"),
        8: ("url", "TranslatedString"),
        10: ("header_text", "TranslatedString"),
        11: ("description_text", "TranslatedString"),
        14: ("severity_level", "int32"),
    },
    "TimeRange": {1: ("start", "uint64"), 2: ("end", "uint64")},
    "EntitySelector": {
        1: ("agency_id", "string"),
        2: ("route_id", "string"),
        3: ("route_type", "int32"),
        4: ("trip", "TripDescriptor"),
        5: ("stop_id", "string"),
        6: ("direction_id", "uint32"),
    },
    "TranslatedString": {1: ("translation", "Translation*")},
    "Translation": {1: ("text", "string"), 2: ("language", "string")},
}
"""Fields by message and number: name, and a scalar type or the name of a message."""


def _message_class(name: str) -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="kommit/gtfs-realtime.proto", package=PACKAGE, syntax="proto2"
    )
    for message, fields in MESSAGES.items():
        declared = file.message_type.add(name=message)
        for number, (field, kind) in fields.items():
            _declare(declared.field.add(name=field, number=number), kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))


def _declare(field: Any, kind: str) -> None:
    field.label = field.LABEL_REPEATED if kind.endswith(_REPEATED) else field.LABEL_OPTIONAL
    kind = kind.rstrip(_REPEATED)
    if kind in MESSAGES:
        field.type, field.type_name = field.TYPE_MESSAGE, f".{PACKAGE}.{kind}"
    else:
        field.type = getattr(field, f"TYPE_{kind.upper()}")


FeedMessage: Final = _message_class("FeedMessage")
"""The protobuf class of a whole message."""
