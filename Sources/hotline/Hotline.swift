import ArgumentParser

@main
struct Hotline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hotline",
        abstract: "Runs a public-service hotline: calls, work orders, clocks and figures.",
        discussion: "Begin with `hotline serve --demo --data DIR`, then `hotline call 12345`.",
        subcommands: [
            ServeCommand.self, CallCommand.self, SimulateCommand.self, AnswerCommand.self, UserCommand.self,
            ClientCommand.self,
            CentreCommand.self, DispatchCommand.self, DeadlineCommand.self,
            CertificateCommand.self, AuditCommand.self, MigrateCommand.self, DatabaseCommand.self, BackupCommand.self,
            RestoreCommand.self, RetentionCommand.self, FilesCommand.self, BenchCommand.self,
        ])
}
