using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Months;

/// <summary>What a tenant is billed in a month.</summary>
/// <param name="Tenant">The tenant; null: what is nobody's alone.</param>
/// <param name="Sum">What it comes to.</param>
internal sealed record TenantBill(string? Tenant, CostSum Sum);
