namespace Nexus.Dashboard.Api;

/// <summary>How errors are written where another protocol than ours is spoken: a feature of the request, set before anything can be wrong with it.</summary>
/// <param name="WriteAsync">Writes a problem as the answer.</param>
internal sealed record ProblemForm(Func<HttpContext, Problem, Task> WriteAsync);
