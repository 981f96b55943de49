"""Run apart, under limits: reads a workbook given on standard input, gives its sheets on standard output.

Started by its path, not as a module of the program: it loads nothing but the reader.
"""

import datetime
import io
import marshal
import sys

# Typed with built-in names only: importing `typing` here would cost a third of the start.
Special = tuple[int, int, str, tuple[int, ...]]


def limit(memory: int, seconds: int) -> None:
    """Bound this process's memory and processor time, where the system knows how."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def special(rows: list[list[object]]) -> list[Special]:
    """The days, times and durations of these rows as (row, column, kind, numbers), each replaced by nothing.

    Rows without a value are emptied: far ones would weigh as much as the others.
    """
    found: list[Special] = []
    for index, row in enumerate(rows):
        if row.count("") == len(row):
            rows[index] = []
            continue
        for place, value in enumerate(row):
            if isinstance(value, (str, float)):
                continue
            if isinstance(value, datetime.datetime):
                day = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
                found.append((index, place, "instant", day))
            elif isinstance(value, datetime.date):
                found.append((index, place, "day", (value.year, value.month, value.day)))
            elif isinstance(value, datetime.time):
                found.append((index, place, "time", (value.hour, value.minute, value.second, value.microsecond)))
            elif isinstance(value, datetime.timedelta):
                found.append((index, place, "span", (value.days, value.seconds, value.microseconds)))
            else:
                continue
            row[place] = ""
    return found


def sheets(content: bytes) -> dict[str, object]:
    """Every worksheet, or the word that says why there is none."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    found = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(meta.name)
                rows: list[list[object]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
                merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
                visible = meta.visible is SheetVisibleEnum.Visible
                found.append((meta.name, not visible, merges, special(rows), rows))
    except PasswordError:
        return {"trouble": "password"}
    except (CalamineError, OSError, ValueError):
        return {"trouble": "damaged"}
    except MemoryError:
        return {"trouble": "memory"}
    return {"sheets": found}


def main() -> None:
    """Arguments: where the reader is installed, bytes of memory, seconds."""
    place, memory, seconds = sys.argv[1:4]
    limit(int(memory), int(seconds))
    sys.path.insert(0, place)
    answer = sheets(sys.stdin.buffer.read())
    marshal.dump(answer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
