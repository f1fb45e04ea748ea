using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Overview;

/// <summary>What an operator sees first.</summary>
internal sealed class OverviewService(EngineHost host)
{
    public Result<ReadModel> Get(Caller caller) => caller.Allows(Scope.Read) ? host.Read : Problem.MissingScope(Scope.Read, caller);
}
