-- A thousand entries after the last count, the head adds what they moved to the totals of each account and month.
CREATE OR REPLACE FUNCTION public.cofiville_count_months()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    DECLARE
      known bigint := coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0);
    BEGIN
      IF NEW.sequence - known >= 1000 THEN
        INSERT INTO month_total (contract, account, month, debit, credit)
          SELECT NEW.contract, account, (date_part('year', effect_on) * 100 + date_part('month',
            effect_on))::bigint, sum(debit)::bigint, sum(credit)::bigint
          FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = entry.sequence
          CROSS JOIN LATERAL (VALUES (debit_account, amount, 0::bigint), (credit_account, 0::bigint, amount))
            AS side (account, debit, credit)
          WHERE entry.contract = NEW.contract AND entry.sequence > known AND entry.sequence <= NEW.sequence
          GROUP BY account, (date_part('year', effect_on) * 100 + date_part('month', effect_on))::bigint ORDER
            BY 2, 3 ON CONFLICT (contract, account, month) DO UPDATE SET debit = month_total.debit +
            excluded.debit, credit = month_total.credit + excluded.credit;
        INSERT INTO month_known (contract, sequence, recorded_until) SELECT NEW.contract, NEW.sequence,
          max(recorded_at) FROM entry WHERE contract = NEW.contract AND sequence > known AND sequence <=
          NEW.sequence ON CONFLICT (contract) DO UPDATE SET sequence = excluded.sequence, recorded_until =
          greatest(month_known.recorded_until, excluded.recorded_until);
      END IF;
      RETURN NULL;
    END $function$;

CREATE TRIGGER chain_head_counts AFTER INSERT OR UPDATE ON public.chain_head FOR EACH ROW
    EXECUTE FUNCTION cofiville_count_months();
