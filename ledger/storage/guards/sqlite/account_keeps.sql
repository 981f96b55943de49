-- An account keeps its identity; its totals follow transfers.
CREATE TRIGGER account_keeps BEFORE UPDATE OF contract, id, position, side, line, year, convention, action ON account
BEGIN
    SELECT RAISE(ABORT, 'cofiville:account keeps its identity');
END;
