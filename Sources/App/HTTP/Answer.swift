import HTTPTypes
import Hummingbird

/// What an operation answers.
struct Answer: Sendable {
    let response: Response

    /// Written with its media type, and kept by no cache.
    static func json(_ value: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Answer {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Answer(
            response: Response(
                status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: value.text))))
    }

    static func none(headers: HTTPFields = [:]) -> Answer {
        var response = Response(status: .noContent, headers: headers)
        // RFC 9110 forbids it here, and Hummingbird sets it.
        response.headers[.contentLength] = nil
        return Answer(response: response)
    }
}
