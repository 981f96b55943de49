-- Rows of plan_line are written once, never changed, deleted nor replaced.
CREATE TRIGGER plan_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_line FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
