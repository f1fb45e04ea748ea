using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Nexus.Dashboard.Access;

/// <summary>Lets <c>dotnet ef migrations add</c> make the database's model without starting the program.</summary>
internal sealed class AccessDbDesign : IDesignTimeDbContextFactory<AccessDb>
{
    public AccessDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<AccessDb>().UseSqlite("Data Source=design.db").Options);
}
