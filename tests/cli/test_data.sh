# data info: what data sets hold, as a table and as JSON.
. "${MATGRAD_SOURCE_DIR:?}/tests/cli/support.sh" || exit 1
idx_part data train 40
idx_part data t10k 10
idx_part alone train 6

run 0 data info data
quiet
says 'data: IDX, train part, 40 rows, 2 columns'
says '(its other part: --part test)'
says 'column 1 [2, 2]  integer          0 to 249'
says 'column 2         integer, target  0 to 1      0.5        0.5        0'
says '  0  20   50.0%  ━'
says '  1  20   50.0%  ━'
run 0 data info data --part test
says 'data: IDX, test part, 10 rows'
run 0 data info alone
says 'alone: IDX, 6 rows, 2 columns'
run 1 data info alone --part test
complains 'alone: there is no t10k-'
run 0 data info data alone
says 'data, alone: IDX, 46 rows'
run 0 data info data --json
quiet
lines 1
is_json
says '{"schema": 1, "data": "data", "part": "train", "format": "IDX", "rows": 40, "columns": [{"name": "", "type": "integer", "shape": [2, 2], "target": false, "missing": 0, "least": 0, "most": 249, "mean": '
says '"target": true, "missing": 0, "least": 0, "most": 1, "mean": 0.5, "deviation": 0.5, "classes": [{"label": "0", "count": 20}, {"label": "1", "count": 20}]}]}'

printf 'to be\nor not to be\n' >t.txt
run 0 data info t.txt
says 'characters       symbols  8 classes'
says '  space  4   '
run 0 data info t.txt --json
is_json
says '"type": "symbols"'
printf 'aaaa' >one.txt
run 0 data info one.txt
says 'symbols  1 class  '
: >empty.txt
run 0 data info empty.txt
says '0 rows'
run 1 data info t.png
run 2 data info 't.txt?colour=red'
complains 'colour'
finish
