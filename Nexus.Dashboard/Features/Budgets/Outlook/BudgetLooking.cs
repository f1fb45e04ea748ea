namespace Nexus.Dashboard.Features.Budgets.Outlook;

/// <summary>Looks each minute where the budgets are heading.</summary>
internal sealed partial class BudgetLooking(BudgetOutlooks outlooks, TimeProvider time, ILogger<BudgetLooking> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan wait = First;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait, time, stoppingToken);
                wait = outlooks.Look(stoppingToken) ? Every : First;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // A forecast that fails must not end the program: the budgets hold without it.
                Failed(log, error);
                wait = Every;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Where the budgets are heading could not be worked out; it is tried again in a minute.")]
    private static partial void Failed(ILogger log, Exception error);
}
