-- The head of a chain is never deleted.
CREATE TRIGGER chain_head_stays BEFORE DELETE ON chain_head
BEGIN
    SELECT RAISE(ABORT, 'cofiville:the chain only grows');
END;
