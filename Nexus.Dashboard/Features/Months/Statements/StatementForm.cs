namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>In what a statement is written.</summary>
internal enum StatementForm
{
    /// <summary>For programs.</summary>
    Json,

    /// <summary>For spreadsheets.</summary>
    Csv,

    /// <summary>To look at and to print.</summary>
    Html,
}
