using Microsoft.Data.Sqlite;
using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Access;

/// <summary>What a start needs to know of <c>access.db</c>, asked without EF Core: building its model takes longer than all else at a start, and there is time for that once the program listens.</summary>
internal static class AccessFile
{
    /// <summary>The newest of <c>Migrations/</c>.</summary>
    public const string NewestMigration = "20261129013000_RecommendationWeeks";

    /// <summary>Where it lies.</summary>
    public static string PathIn(DataDirectory data) => Path.Combine(data.Path, "access.db");

    /// <summary>True when nothing is left to migrate. What cannot be read is not current: migrating says why.</summary>
    public static bool IsCurrent(DataDirectory data) =>
        File.Exists(PathIn(data)) && Ask(data, "SELECT max(MigrationId) FROM __EFMigrationsHistory") as string == NewestMigration;

    /// <summary>True when nobody can sign in yet.</summary>
    public static bool HasNobody(DataDirectory data) => Ask(data, "SELECT count(*) FROM (SELECT 1 FROM AspNetUsers LIMIT 1)") is 0L;

    private static object? Ask(DataDirectory data, string question)
    {
        try
        {
            using SqliteConnection connection = new($"Data Source={PathIn(data)};Mode=ReadWrite;Pooling=False");
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = question;
            return command.ExecuteScalar();
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
