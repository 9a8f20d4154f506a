import HTTPTypes
import Hummingbird

/// Why a request is refused: what the machine reads and what the person reads.
struct Problem: Error, Sendable {
    let status: HTTPResponse.Status
    let code: Code
    let message: Sentence
    var fields: [FieldProblem] = []
    var headers: HTTPFields = [:]

    enum Code: String, Sendable, CaseIterable {
        case malformed, signInRequired, wrongPassword, notAllowed, badToken, badOrigin, notFound, methodNotAllowed
        case tooLarge, unsupportedMediaType, invalid, tooManyAttempts
        case staleVersion, wrongState, alreadyDone, loginTaken, agentTaken, dayFull
        case unknownAgent, notSignedIn, agentBusy, seatTaken, offerGone, noCall, notReachable, unknownLine, notInWrapUp,
            notWaiting, callbackImpossible
        case unknownTakeover, takeoverOver, approvalByAnother, takeoverImpossible
        case noNumber, legGone, noBrowserVoice
        case rangeNotSatisfiable
        case wrongCode, webClosed, tooBusy, badFile, tooManyFiles, badSheet, tooManyRows
        case voiceOff, journalUnavailable, databaseUnavailable, tooManyStreams, internalError = "internal"
    }

    init(
        _ status: HTTPResponse.Status, _ code: Code, _ message: Sentence, fields: [FieldProblem] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
        self.headers = headers
    }

    func response(in language: Language) -> Response {
        let error: JSON = [
            "code": .string(code.rawValue),
            "message": .string(message.text(in: language)),
            "fields": .array(
                fields.map { ["field": .string($0.field), "message": .string($0.message.text(in: language))] }),
        ]
        return Answer.json(["error": error], status: status, headers: headers).response
    }

    static let schema = Schema.named(
        "Error",
        .object([
            .init(
                "error",
                .object([
                    .init("code", .words(Code.self)),
                    .init("message", .text(1...2000)),
                    .init("fields", .list(.object([.init("field", .anyText), .init("message", .anyText)]))),
                ]))
        ]))
}
