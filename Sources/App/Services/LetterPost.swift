import Foundation

/// Hands letters to the machine's mail program, which knows the way, the certificates and the passwords: Debian's `msmtp`, or
/// any other that takes a message with its headers as `sendmail -t` does. What it will not take is tried again by us.
package struct LetterPost: Sendable {
    /// The program and its arguments.
    package let command: [String]
    package let from: String

    package struct Letter: Sendable {
        /// The same however often it is sent, so that a reader's program knows it again.
        let id: String
        let subject: String
        let text: String
    }

    package init?(command: String, from: String) {
        self.command = command.split(separator: " ").map(String.init)
        self.from = from
        guard self.command.first?.hasPrefix("/") == true else { return nil }
    }

    /// Nil when it was taken; else why not.
    func send(_ letter: Letter, to address: String) async -> String? {
        let message = Data(text(of: letter, to: address).utf8)
        return await withCheckedContinuation { done in
            // It may take as long as the other side's patience: never on a thread that serves.
            DispatchQueue.global(qos: .utility).async { done.resume(returning: self.run(message)) }
        }
    }

    private static let patience: TimeInterval = 30

    private func run(_ message: Data) -> String? {
        let (process, input, errors) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        do {
            try process.run()
            let overdue = DispatchWorkItem { process.terminate() }
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: overdue)
            defer { overdue.cancel() }
            try? input.fileHandleForWriting.write(contentsOf: message)
            try? input.fileHandleForWriting.close()
            let said = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationStatus != 0 || process.terminationReason != .exit else { return nil }
            let words = String(decoding: said.prefix(300), as: UTF8.self).trimmingCharacters(
                in: .whitespacesAndNewlines)
            return "\(command[0]): \(words.isEmpty ? "ended with \(process.terminationStatus)" : words)"
        } catch {
            return "\(command[0]): \(error.localizedDescription)".prefix(300).description
        }
    }

    /// RFC 5322, its subject by RFC 2047, its text by RFC 2045 in base64.
    private func text(of letter: Letter, to address: String) -> String {
        let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
        return [
            "From: \(from)", "To: \(address)", "Subject: \(Self.encoded(letter.subject))",
            "Message-ID: <\(letter.id)@\(host)>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64", "",
            Data(letter.text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed]), "",
        ].joined(separator: "\n")
    }

    /// Words of at most 75 characters; a character is never split between two.
    static func encoded(_ text: String) -> String {
        var words: [String] = []
        var part = ""
        for character in text.filter({ !$0.isNewline }) {
            if part.utf8.count + character.utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
    }
}
