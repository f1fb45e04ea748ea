using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Access;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Tests.Architecture;

/// <summary>What holds for the shape of the program, whoever changes it.</summary>
public sealed partial class ArchitectureTests
{
    private const int MostLines = 400;

    private static readonly string[] CoreNamespaces = ["Resources", "Scheduling", "Charges", "Quotas", "Core", "Simulation", "Forecasting", "Costs.Sizing", "Optimization"];
    private static readonly System.Reflection.Assembly EngineAssembly = typeof(EngineHost).Assembly;
    private static readonly ArchUnitNET.Domain.Architecture Program = new ArchLoader().LoadAssemblies(EngineAssembly).Build();

    [Fact]
    public void The_engine_knows_nothing_of_the_web() =>
        Assert.DoesNotContain(EngineAssembly.GetReferencedAssemblies(), a => a.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void The_core_asks_neither_disk_nor_network_nor_clock_nor_chance_and_starts_no_threads() =>
        Assert.Empty(Outside(CoreNamespaces));

    [Fact]
    public void That_is_found_where_it_happens()
    {
        string[] found = [.. Outside(["Hosting", "Storage"])];

        Assert.Contains(found, f => f.Contains("System.Threading.Thread", StringComparison.Ordinal));
        Assert.Contains(found, f => f.Contains("System.IO.File", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_in_the_core_is_static_and_can_change()
    {
        IEnumerable<string> changing = EngineAssembly.GetTypes()
            .Where(t => IsIn(CoreNamespaces, t.Namespace) && !t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(f => !f.IsLiteral && (!f.IsInitOnly || IsCollectionThatChanges(f.FieldType)))
            .Select(f => $"{f.DeclaringType}.{f.Name}");

        Assert.Empty(changing);
    }

    [Theory]
    [InlineData(typeof(EngineHost))]
    [InlineData(typeof(EngineFeed))]
    [InlineData(typeof(ReadModel))]
    public void Components_ask_services_which_authorise_and_never_the_engine(System.Type engine)
    {
        System.Type[] components = [.. typeof(Caller).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(ComponentBase)))];

        Assert.NotEmpty(components);
        Assert.DoesNotContain(components, c => Injected(c).Contains(engine));
    }

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold()
    {
        string[] sources = [.. Repository.Sources("Nexus.Engine", ".cs"), .. Repository.Sources("Nexus.Dashboard", ".cs", ".razor", ".css", ".js")];

        Assert.NotEmpty(sources);
        Assert.All(sources, f => Assert.True(Repository.Read(f).Count(c => c == '\n') <= MostLines, f));
    }

    private static IEnumerable<string> Outside(string[] namespaces) =>
        from type in Program.Types
        where IsIn(namespaces, type.Namespace.FullName)
        from dependency in type.Dependencies
        where OutsideTypes().IsMatch(dependency.Target.FullName)
            || (dependency is IMemberTypeDependency and MethodCallDependency call && OutsideMembers().IsMatch($"{call.Target.FullName}.{call.TargetMember.Name}"))
        select $"{type.FullName} uses {dependency.Target.FullName}{(dependency is MethodCallDependency used ? "." + used.TargetMember.Name : "")}";

    private static bool IsIn(string[] namespaces, string? name) =>
        name is not null && namespaces.Any(n => name == $"Nexus.Engine.{n}" || name.StartsWith($"Nexus.Engine.{n}.", StringComparison.Ordinal));

    private static bool IsCollectionThatChanges(System.Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is { } generic
        && (generic == typeof(List<>) || generic == typeof(Dictionary<,>) || generic == typeof(HashSet<>) || generic == typeof(Queue<>)
            || generic == typeof(Stack<>) || generic == typeof(ConditionalWeakTable<,>) || generic.Namespace == "System.Collections.Concurrent");

    private static IEnumerable<System.Type> Injected(System.Type component)
    {
        for (System.Type? type = component; type is not null && type != typeof(ComponentBase); type = type.BaseType)
        {
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (property.IsDefined(typeof(InjectAttribute)))
                {
                    yield return property.PropertyType;
                }
            }
        }

        foreach (ParameterInfo parameter in component.GetConstructors().SelectMany(c => c.GetParameters()))
        {
            yield return parameter.ParameterType;
        }
    }

    [GeneratedRegex(@"^System\.(IO\.(File|Directory|Drive|RandomAccess)\w*|Net\..+|Diagnostics\.Stopwatch|Random|Security\.Cryptography\.RandomNumberGenerator|Threading\.(Thread|ThreadPool|Timer|PeriodicTimer)|Environment)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutsideTypes();

    [GeneratedRegex(@"^System\.(DateTime(Offset)?\.get_(Utc)?(Now|Today)|Threading\.Tasks\.Task\.(Run|Delay)|Guid\.(NewGuid|CreateVersion7)|TimeProvider\.get_System)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutsideMembers();
}
