-- A closed exercice never changes; an open one keeps its contract and year.
CREATE TRIGGER exercice_closed BEFORE UPDATE ON exercice
WHEN OLD.closed_on IS NOT NULL OR NEW.contract <> OLD.contract OR NEW.year <> OLD.year
BEGIN
    SELECT RAISE(ABORT, 'cofiville:a closed exercice never changes');
END;
