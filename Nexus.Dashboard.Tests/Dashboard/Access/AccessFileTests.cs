using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>What a start asks of access.db without EF Core.</summary>
public sealed class AccessFileTests : IDisposable
{
    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("nexus-access-").FullName);

    [Fact]
    public async Task A_file_is_current_once_the_newest_migration_was_applied()
    {
        await using AccessDb database = Open();
        Assert.False(AccessFile.IsCurrent(_data));

        await database.Database.MigrateAsync();

        Assert.True(AccessFile.IsCurrent(_data));
        Assert.Equal(AccessFile.NewestMigration, database.Database.GetMigrations().Last());
    }

    [Fact]
    public async Task A_file_that_lacks_the_newest_migration_is_not_current()
    {
        await using AccessDb database = Open();
        await database.Database.MigrateAsync();
        await database.Database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsHistory WHERE MigrationId = {AccessFile.NewestMigration}");

        Assert.False(AccessFile.IsCurrent(_data));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_not_current()
    {
        await File.WriteAllTextAsync(AccessFile.PathIn(_data), new string('x', 4096));

        Assert.False(AccessFile.IsCurrent(_data));
        Assert.False(AccessFile.HasNobody(_data));
    }

    [Fact]
    public async Task Nobody_is_there_until_somebody_was_added()
    {
        await using AccessDb database = Open();
        await database.Database.MigrateAsync();
        Assert.True(AccessFile.HasNobody(_data));

        database.Users.Add(new Person { UserName = "dana", NormalizedUserName = "DANA" });
        await database.SaveChangesAsync();

        Assert.False(AccessFile.HasNobody(_data));
    }

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    private AccessDb Open() => new(new DbContextOptionsBuilder<AccessDb>().UseSqlite($"Data Source={AccessFile.PathIn(_data)};Pooling=False").Options);
}
