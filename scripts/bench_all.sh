#!/bin/sh
# Run every benchmark that this machine has the data for; results as JSON in var/bench.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
data=${KOMMIT_SHARED:-../shared}/data
out=var/bench
mkdir -p "$out"

transit() {
    [ -f "$data/gtfs/$1.zip" ] || { echo "skipped: no $data/gtfs/$1.zip" >&2; return 0; }
    $python scripts/bench_transit.py --gtfs "$data/gtfs/$1.zip" --oracle "$data/oracle/$2.json" --out "$out/transit_$2.json"
}
transit vrn_heidelberg_cut_norm oracle_vrn_heidelberg_2022
transit stadtwerke_muenster_2023_norm oracle_muenster_2023
transit vbb_2021_norm oracle_vbb_2021

streets=kommit/regions/senden/senden-streets.osm.pbf
[ -f "$data/osm/heidelberg.osm.pbf" ] && streets=$data/osm/heidelberg.osm.pbf
$python scripts/bench_street.py --osm "$streets" --out "$out/street.json"
$python scripts/bench_ticket.py
if [ -f "$data/oracle/oracle_vbb_2021.json" ]; then
    $python scripts/bench_realtime.py --gtfs "$data/gtfs/vbb_2021_norm.zip"
    for name in criteria threads scale; do
        $python "scripts/bench_$name.py" --out "$out/$name.json"
    done
fi
