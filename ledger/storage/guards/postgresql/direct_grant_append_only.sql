-- Rows of direct_grant are written once, never changed, deleted nor replaced.
CREATE TRIGGER direct_grant_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.direct_grant
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
