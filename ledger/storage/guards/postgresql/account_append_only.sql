-- An account is never deleted.
CREATE TRIGGER account_append_only BEFORE DELETE OR TRUNCATE ON public.account FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
