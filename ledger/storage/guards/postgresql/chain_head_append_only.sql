-- The head of a chain is never deleted.
CREATE TRIGGER chain_head_append_only BEFORE DELETE OR TRUNCATE ON public.chain_head FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
