-- A thousand entries after the last count, the head adds what they moved to the totals of each account and month.
CREATE TRIGGER chain_head_counts_first AFTER INSERT ON chain_head
WHEN NEW.sequence - coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0) >= 1000
BEGIN
    INSERT INTO month_total (contract, account, month, debit, credit)
        SELECT NEW.contract, account, month, sum(debit), sum(credit)
        FROM (SELECT transfer.debit_account AS account, CAST(substr(effect_on, 1, 4) AS INTEGER) * 100 +
          CAST(substr(effect_on, 6, 2) AS INTEGER) AS month, amount AS debit, 0 AS credit
        FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = +entry.sequence
        WHERE entry.contract = NEW.contract AND entry.sequence > coalesce((SELECT sequence FROM month_known
        WHERE contract = NEW.contract), 0) AND entry.sequence <= NEW.sequence UNION ALL
        SELECT transfer.credit_account AS account, CAST(substr(effect_on, 1, 4) AS INTEGER) * 100 +
          CAST(substr(effect_on, 6, 2) AS INTEGER) AS month, 0 AS debit, amount AS credit
        FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = +entry.sequence
        WHERE entry.contract = NEW.contract AND entry.sequence > coalesce((SELECT sequence FROM month_known
        WHERE contract = NEW.contract), 0) AND entry.sequence <= NEW.sequence) WHERE true
        GROUP BY account, month ORDER BY account, month ON CONFLICT (contract, account, month)
        DO UPDATE SET debit = month_total.debit + excluded.debit, credit = month_total.credit + excluded.credit;
    INSERT INTO month_known (contract, sequence, recorded_until)
        SELECT NEW.contract, NEW.sequence, max(recorded_at) FROM entry WHERE contract = NEW.contract
        AND sequence > coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0)
        AND sequence <= NEW.sequence ON CONFLICT (contract)
        DO UPDATE SET sequence = excluded.sequence, recorded_until = max(month_known.recorded_until,
          excluded.recorded_until);
END;

CREATE TRIGGER chain_head_counts_next AFTER UPDATE ON chain_head
WHEN NEW.sequence - coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0) >= 1000
BEGIN
    INSERT INTO month_total (contract, account, month, debit, credit)
        SELECT NEW.contract, account, month, sum(debit), sum(credit)
        FROM (SELECT transfer.debit_account AS account, CAST(substr(effect_on, 1, 4) AS INTEGER) * 100 +
          CAST(substr(effect_on, 6, 2) AS INTEGER) AS month, amount AS debit, 0 AS credit
        FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = +entry.sequence
        WHERE entry.contract = NEW.contract AND entry.sequence > coalesce((SELECT sequence FROM month_known
        WHERE contract = NEW.contract), 0) AND entry.sequence <= NEW.sequence UNION ALL
        SELECT transfer.credit_account AS account, CAST(substr(effect_on, 1, 4) AS INTEGER) * 100 +
          CAST(substr(effect_on, 6, 2) AS INTEGER) AS month, 0 AS debit, amount AS credit
        FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = +entry.sequence
        WHERE entry.contract = NEW.contract AND entry.sequence > coalesce((SELECT sequence FROM month_known
        WHERE contract = NEW.contract), 0) AND entry.sequence <= NEW.sequence) WHERE true
        GROUP BY account, month ORDER BY account, month ON CONFLICT (contract, account, month)
        DO UPDATE SET debit = month_total.debit + excluded.debit, credit = month_total.credit + excluded.credit;
    INSERT INTO month_known (contract, sequence, recorded_until)
        SELECT NEW.contract, NEW.sequence, max(recorded_at) FROM entry WHERE contract = NEW.contract
        AND sequence > coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0)
        AND sequence <= NEW.sequence ON CONFLICT (contract)
        DO UPDATE SET sequence = excluded.sequence, recorded_until = max(month_known.recorded_until,
          excluded.recorded_until);
END;
