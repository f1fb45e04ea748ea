namespace Nexus.Engine.Storage.Ledgers;

/// <summary>The ledger's tables in <c>engine.db</c>: written with the batch whose decisions caused them, in the same transaction.</summary>
internal static class LedgerSchema
{
    // What is billed in another month than that of its charge period is little: the sums of a month are those of its time, less what is billed later, with what is billed in it.
    private const string CreateLater =
        """

        CREATE TABLE ledger_later (
            place   INTEGER PRIMARY KEY,
            charged INTEGER NOT NULL,
            billed  INTEGER NOT NULL
        ) STRICT;

        """;

    private const string CreateMonths =
        """

        CREATE TABLE ledger_months (
            start INTEGER NOT NULL, key INTEGER NOT NULL,
            lines INTEGER NOT NULL, whole INTEGER NOT NULL, micros INTEGER NOT NULL, units INTEGER NOT NULL, picos INTEGER NOT NULL,
            PRIMARY KEY (start, key)
        ) STRICT, WITHOUT ROWID;

        """;

    /// <summary>Adds the sums of months to a ledger of the third layout, from those of its days.</summary>
    public const string AddMonths = CreateMonths +
        """
        INSERT INTO ledger_months
        SELECT 1000 * unixepoch(start / 1000, 'unixepoch', 'start of month') AS month, key, sum(lines),
            sum(whole) + sum(micros) / 1000000, sum(micros) % 1000000, sum(units) + sum(picos) / 1000000000000, sum(picos) % 1000000000000
        FROM ledger_days GROUP BY month, key;
        """;

    /// <summary>Makes the lines of a ledger of the fourth layout say whether others paid their minimum.</summary>
    public const string AddShared = "ALTER TABLE ledger ADD COLUMN shared INTEGER;";

    /// <summary>Makes them say, of a ledger of the second layout, by what a line is priced again and what it corrects, and counts lines off that others take back.</summary>
    public const string AddCorrections =
        """
        ALTER TABLE ledger ADD COLUMN prompt INTEGER;
        ALTER TABLE ledger ADD COLUMN named TEXT;
        ALTER TABLE ledger ADD COLUMN corrects INTEGER;
        ALTER TABLE ledger ADD COLUMN corrected INTEGER;
        ALTER TABLE ledger ADD COLUMN note TEXT;
        """ + CreateLater + """
        INSERT INTO ledger_hours SELECT start - start % 3600000 AS hour, key, -2 * count(*), 0, 0, 0, 0 FROM ledger WHERE amount < 0 OR quantity < 0 GROUP BY hour, key
        ON CONFLICT (start, key) DO UPDATE SET lines = lines + excluded.lines;
        INSERT INTO ledger_days SELECT start - start % 86400000 AS day, key, -2 * count(*), 0, 0, 0, 0 FROM ledger WHERE amount < 0 OR quantity < 0 GROUP BY day, key
        ON CONFLICT (start, key) DO UPDATE SET lines = lines + excluded.lines;

        """ + AddMonths;

    /// <summary>Makes them.</summary>
    /// <remarks>
    /// A line's dimensions are in <c>ledger_keys</c>, once for all lines that share them, and its sums by hour, day and month of UTC under the same key, so that a report reads few rows and groups by any of them.
    /// Sums are two integers each, whole units and what is below them: neither can pass 64 bits, and both add up exactly. Months are counted from year 0.
    /// </remarks>
    public const string Create =
        """
        CREATE TABLE ledger_keys (
            key      INTEGER PRIMARY KEY,
            kind     INTEGER NOT NULL,
            owner    TEXT NOT NULL,
            resource TEXT NOT NULL,
            pool     TEXT,
            provider TEXT,
            model    TEXT,
            lane     TEXT,
            sku      TEXT,
            labels   TEXT
        ) STRICT;

        CREATE TABLE ledger (
            place       INTEGER PRIMARY KEY,
            start       INTEGER NOT NULL,
            stop        INTEGER NOT NULL,
            key         INTEGER NOT NULL,
            month       INTEGER NOT NULL,
            sequence    INTEGER NOT NULL,
            amount      INTEGER NOT NULL,
            unit        INTEGER NOT NULL,
            quantity    INTEGER NOT NULL,
            price_units INTEGER NOT NULL,
            price_picos INTEGER NOT NULL,
            lease       INTEGER,
            request     TEXT,
            record      TEXT,
            labels      TEXT,
            prompt      INTEGER,
            named       TEXT,
            corrects    INTEGER,
            corrected   INTEGER,
            note        TEXT,
            shared      INTEGER
        ) STRICT;
        CREATE INDEX ledger_by_start ON ledger (start);

        CREATE TABLE usage_records (
            id     TEXT NOT NULL,
            tenant TEXT NOT NULL,
            PRIMARY KEY (id, tenant)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger_hours (
            start INTEGER NOT NULL, key INTEGER NOT NULL,
            lines INTEGER NOT NULL, whole INTEGER NOT NULL, micros INTEGER NOT NULL, units INTEGER NOT NULL, picos INTEGER NOT NULL,
            PRIMARY KEY (start, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger_days (
            start INTEGER NOT NULL, key INTEGER NOT NULL,
            lines INTEGER NOT NULL, whole INTEGER NOT NULL, micros INTEGER NOT NULL, units INTEGER NOT NULL, picos INTEGER NOT NULL,
            PRIMARY KEY (start, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger_labels (
            name  TEXT PRIMARY KEY,
            since INTEGER NOT NULL
        ) STRICT;
        """ + CreateLater + CreateMonths;
}
