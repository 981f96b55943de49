-- Rows of saved_profile are written once, never changed, deleted nor replaced.
CREATE TRIGGER saved_profile_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.saved_profile
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
