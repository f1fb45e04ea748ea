using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Calibration;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Budgets.Runs;
using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Features.Costs.Views;
using Nexus.Dashboard.Features.Past;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Months;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Dashboard.Features.Months.Statements;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Prices.Invoices;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Dashboard.Features.Settings;
using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Api;

/// <summary>How the API reads and writes JSON: camelCase, nothing unknown, nothing twice, at most 16 deep, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16,
    UseStringEnumConverter = false,
    Converters =
    [
        typeof(CamelCaseEnum<Engine.Scheduling.RequestStatus>), typeof(CamelCaseEnum<Engine.Scheduling.Outcome>), typeof(CamelCaseEnum<Engine.Scheduling.Gate>),
        typeof(CamelCaseEnum<Engine.Scheduling.ReasonTier>), typeof(CamelCaseEnum<Engine.Scheduling.ReasonCode>), typeof(CamelCaseEnum<Engine.Resources.PurchaseOption>), typeof(CamelCaseEnum<Engine.Resources.BetweenBorrowers>), typeof(CamelCaseEnum<Engine.Resources.Backfill>), typeof(CamelCaseEnum<Engine.Resources.Health.PoolHealthStatus>), typeof(CamelCaseEnum<Engine.Scheduling.Strategies.Adaptive.LoadFigure>),
        typeof(CamelCaseEnum<Engine.Resources.ResourceFamily>), typeof(CamelCaseEnum<Engine.Resources.ResourceBehaviour>), typeof(CamelCaseEnum<Engine.Core.ActorKind>),
        typeof(CamelCaseEnum<Engine.Scheduling.GateOutcome>), typeof(CamelCaseEnum<Engine.Scheduling.EstimateBasis>), typeof(CamelCaseEnum<Engine.Scheduling.CounterfactualKind>),
        typeof(CamelCaseEnum<Engine.Quotas.QuotaMode>), typeof(CamelCaseEnum<Engine.Costs.TierMode>), typeof(CamelCaseEnum<Engine.Costs.LineKind>), typeof(CamelCaseEnum<Engine.Core.UsageStatus>),
        typeof(CamelCaseEnum<Engine.Quotas.QuotaReclaim>), typeof(CamelCaseEnum<Engine.Quotas.QuotaAdjustMode>), typeof(CamelCaseEnum<ProposalState>),
        typeof(CamelCaseEnum<Engine.Costs.Budgets.BudgetAction>), typeof(CamelCaseEnum<Engine.Costs.Budgets.BudgetCondition>), typeof(CamelCaseEnum<Engine.Costs.Allowances.AllowanceStatus>), typeof(CamelCaseEnum<SimulationStatus>), typeof(CamelCaseEnum<PromiseKind>),
        typeof(CamelCaseEnum<RequestSizing>), typeof(CamelCaseEnum<Engine.Resources.DegradeKind>),
        typeof(CamelCaseEnum<InvoiceState>), typeof(CamelCaseEnum<Engine.Costs.Invoices.DifferenceCause>),
        typeof(CamelCaseEnum<AlertState>), typeof(CamelCaseEnum<AlertSeverity>), typeof(CamelCaseEnum<AlertUnit>), typeof(CamelCaseEnum<SilenceReach>), typeof(CamelCaseEnum<ChannelKind>), typeof(CamelCaseEnum<DeliveryState>), typeof(CamelCaseEnum<DeliveryKind>), typeof(CamelCaseEnum<SendWhen>),
        typeof(CamelCaseEnum<RecommendationState>), typeof(CamelCaseEnum<Engine.Optimization.SavingsLevel>), typeof(CamelCaseEnum<Engine.Optimization.ChangeKind>), typeof(CamelCaseEnum<Engine.Optimization.EvidenceForm>), typeof(CamelCaseEnum<Engine.Optimization.FollowUp.RealisedBy>),
    ])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Amount))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(CancelAnswer))]
[JsonSerializable(typeof(RequestBody))]
[JsonSerializable(typeof(List<RequestBody>))]
[JsonSerializable(typeof(RenewBody))]
[JsonSerializable(typeof(ReleaseBody))]
[JsonSerializable(typeof(PriorityBody))]
[JsonSerializable(typeof(RequestAnswer))]
[JsonSerializable(typeof(ExplanationAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(RenewAnswer))]
[JsonSerializable(typeof(ReleaseAnswer))]
[JsonSerializable(typeof(Page<RequestAnswer>))]
[JsonSerializable(typeof(TimesAnswer))]
[JsonSerializable(typeof(ReservationBody))]
[JsonSerializable(typeof(ReservationAnswer))]
[JsonSerializable(typeof(Page<ReservationAnswer>))]
[JsonSerializable(typeof(PoolBody))]
[JsonSerializable(typeof(MeteredBody))]
[JsonSerializable(typeof(PoolAnswer))]
[JsonSerializable(typeof(Page<PoolAnswer>))]
[JsonSerializable(typeof(List<UsageBody>))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(CostsAnswer))]
[JsonSerializable(typeof(Page<CostRecordAnswer>))]
[JsonSerializable(typeof(ViewBody))]
[JsonSerializable(typeof(ViewAnswer))]
[JsonSerializable(typeof(Page<ViewAnswer>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(PricesBody))]
[JsonSerializable(typeof(PricesAnswer))]
[JsonSerializable(typeof(PriceImportAnswer))]
[JsonSerializable(typeof(BudgetBody))]
[JsonSerializable(typeof(BudgetRaiseBody))]
[JsonSerializable(typeof(BudgetPauseBody))]
[JsonSerializable(typeof(BudgetAnswer))]
[JsonSerializable(typeof(Page<BudgetAnswer>))]
[JsonSerializable(typeof(BudgetPeriodsAnswer))]
[JsonSerializable(typeof(MoneyBody))]
[JsonSerializable(typeof(AllowanceBody))]
[JsonSerializable(typeof(AllowanceCancelBody))]
[JsonSerializable(typeof(AllowanceAnswer))]
[JsonSerializable(typeof(Page<AllowanceAnswer>))]
[JsonSerializable(typeof(RerateBody))]
[JsonSerializable(typeof(RerateAnswer))]
[JsonSerializable(typeof(InvoiceBody))]
[JsonSerializable(typeof(InvoiceDecisionBody))]
[JsonSerializable(typeof(InvoiceAnswer))]
[JsonSerializable(typeof(Page<InvoiceSummary>))]
[JsonSerializable(typeof(InvoiceAppliedAnswer))]
[JsonSerializable(typeof(Page<PeriodAnswer>))]
[JsonSerializable(typeof(PeriodCloseAnswer))]
[JsonSerializable(typeof(ChargeBody))]
[JsonSerializable(typeof(ChargeAnswer))]
[JsonSerializable(typeof(Page<ChargeAnswer>))]
[JsonSerializable(typeof(StatementAnswer))]
[JsonSerializable(typeof(StatementScheduleBody))]
[JsonSerializable(typeof(StatementScheduleAnswer))]
[JsonSerializable(typeof(Page<StatementScheduleAnswer>))]
[JsonSerializable(typeof(SendStatementBody))]
[JsonSerializable(typeof(StatementDeliveryAnswer))]
[JsonSerializable(typeof(Page<StatementDeliveryAnswer>))]
[JsonSerializable(typeof(QuotaBody))]
[JsonSerializable(typeof(QuotaAnswer))]
[JsonSerializable(typeof(Page<QuotaAnswer>))]
[JsonSerializable(typeof(Dictionary<string, QuotaBody>))]
[JsonSerializable(typeof(QuotaCheckBody))]
[JsonSerializable(typeof(QuotaCheckAnswer))]
[JsonSerializable(typeof(QuotaUsageAnswer))]
[JsonSerializable(typeof(ProposalAnswer))]
[JsonSerializable(typeof(Page<ProposalAnswer>))]
[JsonSerializable(typeof(KindBody))]
[JsonSerializable(typeof(KindAnswer))]
[JsonSerializable(typeof(Page<KindAnswer>))]
[JsonSerializable(typeof(ClassBody))]
[JsonSerializable(typeof(ClassAnswer))]
[JsonSerializable(typeof(Page<ClassAnswer>))]
[JsonSerializable(typeof(OwnerBody))]
[JsonSerializable(typeof(OwnerAnswer))]
[JsonSerializable(typeof(Page<OwnerAnswer>))]
[JsonSerializable(typeof(SimulationBody))]
[JsonSerializable(typeof(SimulationAnswer))]
[JsonSerializable(typeof(Page<SimulationAnswer>))]
[JsonSerializable(typeof(StateAnswer))]
[JsonSerializable(typeof(CalibrationAnswer))]
[JsonSerializable(typeof(AlertAnswer))]
[JsonSerializable(typeof(Page<AlertAnswer>))]
[JsonSerializable(typeof(AcknowledgeBody))]
[JsonSerializable(typeof(SilenceBody))]
[JsonSerializable(typeof(SilenceAnswer))]
[JsonSerializable(typeof(AlertRuleBody))]
[JsonSerializable(typeof(AlertRuleAnswer))]
[JsonSerializable(typeof(Page<AlertRuleAnswer>))]
[JsonSerializable(typeof(AlertChannelBody))]
[JsonSerializable(typeof(AlertChannelAnswer))]
[JsonSerializable(typeof(Page<AlertChannelAnswer>))]
[JsonSerializable(typeof(ChannelTestAnswer))]
[JsonSerializable(typeof(DeliveryAnswer))]
[JsonSerializable(typeof(Page<DeliveryAnswer>))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(RecommendationPage))]
[JsonSerializable(typeof(RecommendationAnswer))]
[JsonSerializable(typeof(ReviewAnswer))]
[JsonSerializable(typeof(DismissBody))]
[JsonSerializable(typeof(SnoozeBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The same, indented: for people.</summary>
    public static ApiJson Indented => ForPeople.Json;

    // In a class of its own, so that what is generated above it is there first.
    private static class ForPeople
    {
        internal static readonly ApiJson Json = new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
    }
}

/// <summary>An enumeration by its names in camelCase; numbers are not accepted.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
