import CLibpq

/// Where the server is and how long it is waited for.
struct PostgresOptions: Sendable {
    let url: String
    /// For people: host and database, never the password.
    let name: String
    /// The same for PostgreSQL's own programs: `PGHOST`, `PGPASSWORD` …
    let environment: [String: String]
    var connectSeconds = 5
    /// A statement that takes longer is ended by the server; a server that is silent for a little longer than that is gone.
    var statementSeconds = 30

    /// Throws `StorageError.unavailable` if the URL does not read.
    init(url: String) throws {
        self.url = url
        guard let options = PQconninfoParse(url, nil) else {
            throw StorageError.unavailable(
                database: "PostgreSQL",
                reason: "the URL does not read; write postgres://user:password@host:5432/database")
        }
        defer { PQconninfoFree(options) }
        var (parts, environment): ([String: String], [String: String]) = ([:], [:])
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                parts[String(cString: keyword)] = String(cString: value)
                if let variable = option.pointee.envvar {
                    environment[String(cString: variable)] = String(cString: value)
                }
            }
            option += 1
        }
        self.environment = environment
        name = "PostgreSQL \(parts["dbname"] ?? "database") at \(parts["host"] ?? parts["hostaddr"] ?? "this machine")"
    }

    /// Later ones win in libpq, so what the URL says comes after our own.
    var keywords: [(String, String)] {
        [
            ("application_name", "hotline"), ("client_encoding", "UTF8"), ("keepalives_idle", "10"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
            // CREATE TABLE IF NOT EXISTS would write a notice on our error stream each time.
            ("options", "-c client_min_messages=warning"), ("dbname", url),
        ]
    }
}
