using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>A prepared statement whose values are bound without boxes: what is done for every line of the ledger.</summary>
internal sealed class RawStatement : IDisposable
{
    private const int MostOnStack = 384;
    private const int MostBytesOfOne = 3;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Bound[] _bound;

    public RawStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _bound = new Bound[raw.sqlite3_bind_parameter_count(_statement) + 1];
    }

    public RawStatement Bind(int place, long value)
    {
        Bound bound = new(IsKnown: true, Number: value);
        if (_bound[place] != bound)
        {
            Check(raw.sqlite3_bind_int64(_statement, place, value));
            _bound[place] = bound;
        }

        return this;
    }

    public RawStatement Bind(int place, long? value) => value is { } number ? Bind(place, number) : BindNothing(place);

    public RawStatement Bind(int place, string? value)
    {
        if (value is null)
        {
            return BindNothing(place);
        }

        if (value.Length is 0 or > MostOnStack / MostBytesOfOne)
        {
            _bound[place] = default;
            Check(raw.sqlite3_bind_text(_statement, place, value));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[MostOnStack];
        return Bind(place, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    /// <summary>A text that is not empty.</summary>
    public RawStatement Bind(int place, ReadOnlySpan<byte> utf8)
    {
        _bound[place] = default;
        Check(raw.sqlite3_bind_text(_statement, place, utf8));
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public RawStatement BindBytes(int place, ReadOnlySpan<byte> bytes)
    {
        _bound[place] = default;
        Check(raw.sqlite3_bind_blob(_statement, place, bytes));
        return this;
    }

    /// <summary>Runs it, and makes it ready for the next time.</summary>
    public void Run()
    {
        int code = raw.sqlite3_step(_statement);
        _ = raw.sqlite3_reset(_statement);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Check(code);
        }
    }

    /// <summary>The next row; false when there is none.</summary>
    public bool Next()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        _ = raw.sqlite3_reset(_statement);
        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }

        return false;
    }

    /// <summary>Gives up the rows that are left.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public long? MaybeNumber(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : Number(column);

    public string? Text(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private RawStatement BindNothing(int place)
    {
        Bound nothing = new(IsKnown: true, Number: null);
        if (_bound[place] != nothing)
        {
            Check(raw.sqlite3_bind_null(_statement, place));
            _bound[place] = nothing;
        }

        return this;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }

    // What is bound stays from one run to the next: from line to line most numbers are the same, and what is missing is missing again.
    private readonly record struct Bound(bool IsKnown, long? Number);
}
