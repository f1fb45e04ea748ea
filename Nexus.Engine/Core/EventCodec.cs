namespace Nexus.Engine.Core;
internal static class EventCodec { internal static void Write(EventBuffer buffer, EngineEvent happened) { buffer.Byte(0); _ = happened; } }
