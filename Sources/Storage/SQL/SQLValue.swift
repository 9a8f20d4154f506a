/// A value as a database keeps it.
package enum SQLValue: Sendable, Hashable { case null, integer(Int64), text(String), flag(Bool), bytes([UInt8]) }
