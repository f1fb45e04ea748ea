namespace Nexus.E2E.Running;

/// <summary>Somebody who can sign in.</summary>
public sealed record Person(string Name, string Password);
