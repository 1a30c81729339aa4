"""``kommit plan``: a journey from door to door, on the command line."""

from typing import Annotated

import typer

from kommit.cli.options import settings_of

PLACE = "lat,lon, the id of a stop, or a name as a rider would type it."
LIST = "Several by commas."
TIME = "Like 2022-09-13T08:00 or 08:00 (today), in the region's time zone unless it says another."


def plan(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    origin: Annotated[str, typer.Argument(metavar="FROM", help=PLACE)],
    destination: Annotated[str, typer.Argument(metavar="TO", help=PLACE)],
    depart: Annotated[str | None, typer.Option(help=f"Earliest departure. {TIME}")] = None,
    arrive: Annotated[str | None, typer.Option(help=f"Latest arrival. {TIME}")] = None,
    window_min: Annotated[int, typer.Option(min=0, max=720, help="Minutes looked at.")] = 120,
    max_rides: Annotated[int, typer.Option(min=1, max=8, help="Vehicles at most.")] = 6,
    max_walk_min: Annotated[int, typer.Option(min=0, max=60, help="To and from stops.")] = 15,
    cursor: Annotated[
        str | None, typer.Option(help="Of another page, as an answer with the same options names.")
    ] = None,
    modes: Annotated[str, typer.Option(help=f"Only these, like bus,tram. {LIST}")] = "",
    banned_modes: Annotated[str, typer.Option(help=f"None of these modes. {LIST}")] = "",
    routes: Annotated[str, typer.Option(help=f"Only routes with these ids. {LIST}")] = "",
    banned_routes: Annotated[str, typer.Option(help=f"No routes with these ids. {LIST}")] = "",
    agencies: Annotated[str, typer.Option(help=f"Only operators with these ids. {LIST}")] = "",
    banned_agencies: Annotated[str, typer.Option(help=f"Not these operators. {LIST}")] = "",
    wheelchair: Annotated[
        bool, typer.Option("--wheelchair", help="Only what is known to take a wheelchair.")
    ] = False,
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="In a wheelchair: also what is not known.")
    ] = False,
    bikes: Annotated[bool, typer.Option("--bikes", help="Only rides that take bicycles.")] = False,
    walk_speed: Annotated[
        float | None, typer.Option(min=0.5, max=2.0, help="Metres a second; usually 1.33.")
    ] = None,
    transfer_buffer_min: Annotated[
        int, typer.Option(min=0, max=30, help="Minutes to spare at each change.")
    ] = 0,
    via: Annotated[
        list[str] | None, typer.Option(help="A stop on the way, by id or name; several in order.")
    ] = None,
    via_stay_min: Annotated[
        list[int] | None,
        typer.Option(min=0, max=720, help="Minutes to stay there: one for each --via, or none."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, as GET /v1/plan answers.")
    ] = False,
) -> None:
    """Find journeys from door to door.

    Example: kommit plan "Senden Mahnmal" "Münster Hbf" --depart 08:00
    """
    from kommit.api.planning import Question  # noqa: PLC0415
    from kommit.api.wishes import Wishes  # noqa: PLC0415
    from kommit.bootstrap import open_network  # noqa: PLC0415
    from kommit.cli.planning import moment_of, place_id, plan_document, stop_id  # noqa: PLC0415
    from kommit.cli.show_journeys import print_journeys  # noqa: PLC0415

    if depart is not None and arrive is not None:
        raise typer.BadParameter("give one of them, not both", param_hint="--depart/--arrive")
    settings = settings_of(context)
    live = open_network(settings)
    network = live()
    question = Question(
        place_id(origin, network),
        place_id(destination, network),
        moment_of(depart, "--depart", network),
        moment_of(arrive, "--arrive", network),
        window_min,
        max_rides,
        max_walk_min,
        cursor,
        Wishes(
            [modes],
            [banned_modes],
            [routes],
            [banned_routes],
            [agencies],
            [banned_agencies],
            wheelchair,
            allow_unknown,
            bikes,
            walk_speed,
            transfer_buffer_min,
        ),
        [stop_id(name, network) for name in via or ()],
        via_stay_min or [],
    )
    found = plan_document(question, live, settings)
    if as_json:
        typer.echo(found.model_dump_json(by_alias=True, indent=2))
    else:
        print_journeys(found)
