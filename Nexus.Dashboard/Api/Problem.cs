using System.Diagnostics;
using System.Text.RegularExpressions;
using Nexus.Dashboard.Access;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Api;

/// <summary>An error as RFC 9457 has it: a stable slug, what is wrong, and what to do.</summary>
/// <param name="Type">The slug, listed in docs/reference/errors.md.</param>
/// <param name="Title">What kind of error it is.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">A sentence that a person can act on.</param>
/// <param name="Errors">What is wrong by JSON path, where fields are.</param>
/// <param name="TraceId">Finds the request in traces and logs.</param>
internal sealed partial record Problem(string Type, string Title, int Status, string Detail, Dictionary<string, string[]>? Errors = null, string? TraceId = null)
{
    public static Problem Unauthenticated { get; } =
        new("unauthenticated", "Nobody is signed in", 401, "Send an API key as 'Authorization: Bearer nxs_…', or sign in.");

    public static Problem NotFound(string detail) => new("not-found", "Not found", 404, detail);

    public static Problem MissingScope(Scope scope, Caller caller) => new(
        "missing-scope", "Not allowed", 403,
        $"This needs {(scope == Scope.Money ? "the role 'finance', or a key with the scope 'configure'" : $"the scope '{scope.ToString().ToLowerInvariant()}'")}{(caller.Allows(scope) ? " at the root" : "")}; ask an administrator for it.");

    public static Problem OutsidePath(string owner, Caller caller) => Field(
        "outside-path", 403, "$.owner", $"'{owner}' lies outside '{caller.Path}', within which you may act");

    public static Problem NotBelowPath(string owner, Caller caller) => new(
        "outside-path", "Not allowed", 403, $"'{owner}' does not lie below '{caller.Path}': what holds for the path itself is set by whoever is above it.");

    /// <summary>A field that is wrong.</summary>
    public static Problem Field(string type, int status, string path, string fault) => new(
        type, status == 403 ? "Not allowed" : "Invalid input", status, $"{Path(path)}: {fault}.", new(StringComparer.Ordinal) { [Path(path)] = [fault] });

    /// <summary>Several fields that are wrong.</summary>
    public static Problem Fields(IReadOnlyList<(string Path, string Fault)> faults) => new(
        "invalid-value", "Invalid input", 422, string.Join(" ", faults.Take(3).Select(f => $"{Path(f.Path)}: {f.Fault}.")),
        faults.GroupBy(f => Path(f.Path), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(f => f.Fault).ToArray(), StringComparer.Ordinal));

    /// <summary>What the engine found wrong.</summary>
    public static Problem Of(Fault fault)
    {
        (string type, string title, int status) = fault.Code switch
        {
            FaultCode.NotFound => ("not-found", "Not found", 404),
            FaultCode.IdReused => ("id-reused", "The id was used for something else", 409),
            FaultCode.UnknownName => ("unknown-name", "Invalid input", 422),
            FaultCode.VersionMismatch => ("version-mismatch", "It was changed meanwhile", 412),
            FaultCode.InUse => ("in-use", "It is in use", 409),
            FaultCode.Ended => ("ended", "It has ended", 409),
            FaultCode.NotEnough => ("not-enough", "There is not enough left", 409),
            FaultCode.ExcessUsage => ("excess-usage", "Not allowed", 403),
            _ => ("invalid-value", "Invalid input", 422),
        };
        string detail = char.ToUpperInvariant(fault.Detail[0]) + fault.Detail[1..] + ".";
        return new Problem(type, title, status, detail, fault.Field is null ? null : new(StringComparer.Ordinal) { [Path(fault.Field)] = [fault.Detail] });
    }

    /// <summary>The engine cannot decide now.</summary>
    public static Problem Of(EngineUnavailableException unavailable) =>
        new("engine-unavailable", "The engine cannot decide now", 503, unavailable.Message);

    // One way to write a path: $.resources.gpu, and brackets only where a name needs them.
    private static string Path(string path) => path.Contains('[', StringComparison.Ordinal) ? PlainName().Replace(path, ".${name}") : path;

    [GeneratedRegex(@"\['(?<name>[A-Za-z_][A-Za-z0-9_]*)'\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PlainName();

    /// <summary>Writes it as the answer.</summary>
    public Task WriteAsync(HttpContext http)
    {
        if (http.Features.Get<ProblemForm>() is { } form)
        {
            return form.WriteAsync(http, this);
        }

        http.Response.StatusCode = Status;
        http.Response.ContentType = "application/problem+json";
        if (Status == 401)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        Problem traced = this with { TraceId = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier };
        JsonOutput.Write(http.Response, traced, ApiJson.Default.Problem);
        return Task.CompletedTask;
    }
}
