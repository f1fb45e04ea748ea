namespace Nexus.Dashboard.Gallery;

/// <summary>Every component of ours in every state. A new component adds its examples here; a test says which one has none.</summary>
internal static class Examples
{
    public static IReadOnlyList<Example> All { get; } =
    [
        .. MeterExamples.All,
        .. SparklineExamples.All,
        .. LiveChartExamples.All,
        .. StateIconExamples.All,
        .. StatusChipExamples.All,
        .. IconExamples.All,
        .. TimeExamples.All,
        .. PageHeadExamples.All,
        .. ConfirmButtonExamples.All,
        .. DrawerExamples.All,
        .. DeniedExamples.All,
        .. FrameExamples.All,
        .. ToastListExamples.All,
        .. PaletteExamples.All,
        .. DecisionListExamples.All,
        .. GanttExamples.All,
        .. ReservationExamples.All,
        .. WhyDrawerExamples.All,
        .. DegradeExamples.All,
        .. TimesTableExamples.All,
        .. PoolEditorExamples.All,
        .. PoolRequestExamples.All,
        .. PoolCostExamples.All,
        .. PoolHealthExamples.All,
        .. AdaptiveExamples.All,
        .. StrategyTabExamples.All,
        .. StrategyEditorExamples.All,
        .. QuotaExamples.All,
        .. CostExamples.All,
        .. PriceExamples.All,
        .. InvoiceExamples.All,
        .. MonthExamples.All,
        .. AlertExamples.All,
        .. BudgetExamples.All,
        .. RunExamples.All,
        .. BudgetPastExamples.All,
        .. RecommendationExamples.All,
        .. SimulatorExamples.All,
        .. ChangeTrayExamples.All,
        .. DataTableExamples.All,
    ];
}
