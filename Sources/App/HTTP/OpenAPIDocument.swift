import HTTPTypes

/// The description of the API, made from the table that also answers it.
enum OpenAPIDocument {
    static let operation = Operation(
        id: "describe", method: .get, path: "/openapi.json", summary: Sentence("接口说明", "This description"),
        access: .anyone, answers: [.ok(.table(.anything))],
        handle: { _ in .json(document) })

    static let document = make(Operations.all)

    static func make(_ operations: [Operation]) -> JSON {
        var shapes: [String: JSON] = [:]
        var paths: [String: JSON] = [:]
        for operation in operations {
            var item: [String: JSON] = if case .object(let item) = paths[operation.path] { item } else { [:] }
            item[operation.method.rawValue.lowercased()] = describe(operation, &shapes)
            paths[operation.path] = .object(item)
        }
        _ = Problem.schema.openAPI(&shapes)
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Hotline", "version": "1",
                "description": "How the pieces are meant to be used is told in docs/api.md.",
            ],
            "servers": [["url": .string(Operations.base)]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(shapes),
                "securitySchemes": [
                    "session": ["type": "apiKey", "in": "cookie", "name": .string(Sessions.cookie)],
                    "token": ["type": "apiKey", "in": "header", "name": "X-CSRF-Token"],
                    "code": ["type": "apiKey", "in": "header", "name": "Hotline-Code"],
                ],
            ],
        ]
    }

    private static func describe(_ operation: Operation, _ shapes: inout [String: JSON]) -> JSON {
        var description: [String: JSON] = [
            "operationId": .string(operation.id),
            "summary": .string(operation.summary.en),
            "description": .string(operation.summary.zh + permission(operation.access)),
            "security": security(operation),
            "responses": responses(operation, &shapes),
        ]
        let parameters =
            operation.pathParameters.map { parameter($0, in: "path", .id, required: true, &shapes) }
            + operation.query.map { parameter($0.name, in: "query", $0.schema, required: $0.required, &shapes) }
        if !parameters.isEmpty { description["parameters"] = .array(parameters) }
        if !operation.takes.isEmpty {
            description["requestBody"] = [
                "required": true,
                "content": .object(
                    Dictionary(
                        uniqueKeysWithValues: operation.takes.map {
                            ($0.rawValue, ["schema": ["type": "string", "format": "binary"]])
                        })),
            ]
        }
        if let form = operation.form {
            description["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": form.openAPI(&shapes)]],
            ]
        }
        return .object(description)
    }

    private static func permission(_ access: Operation.Access) -> String {
        switch access {
        case .anyone, .holdsCode, .signedIn: ""
        case .needs(let permission): " [\(permission.rawValue)]"
        case .needsEither(let one, let other): " [\(one.rawValue) | \(other.rawValue)]"
        }
    }

    private static func security(_ operation: Operation) -> JSON {
        if operation.access == .anyone { return [] }
        if operation.access == .holdsCode { return [["code": []]] }
        return operation.wantsToken ? [["session": [], "token": []]] : [["session": []]]
    }

    private static func parameter(
        _ name: String, in place: String, _ schema: Schema, required: Bool, _ shapes: inout [String: JSON]
    ) -> JSON {
        [
            "name": .string(name), "in": .string(place), "required": .bool(required), "schema": schema.openAPI(&shapes),
        ]
    }

    // MARK: Answers

    private static func responses(_ operation: Operation, _ shapes: inout [String: JSON]) -> JSON {
        var responses: [String: JSON] = [:]
        for answered in operation.answers {
            var response: [String: JSON] = ["description": .string(answered.status.reasonPhrase)]
            switch answered.body {
            case .none: break
            case .json(let schema):
                response["content"] = ["application/json": ["schema": schema.openAPI(&shapes)]]
            case .media(let types):
                response["content"] = .object(
                    Dictionary(uniqueKeysWithValues: types.map { ($0, ["schema": ["type": "string"]]) }))
            }
            responses[String(answered.status.code)] = .object(response)
        }
        for status in operation.possibleRefusals {
            responses[String(status.code)] = [
                "description": .string(status.reasonPhrase),
                "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
            ]
        }
        return .object(responses)
    }
}

extension Operation {
    /// The refusals it may give: its own, and those the gate gives before it.
    var possibleRefusals: [HTTPResponse.Status] {
        var statuses = refusals + [.badRequest, .internalServerError]
        if access == .holdsCode { statuses += [.unauthorized, .tooManyRequests] }
        if wantsSession { statuses += [.unauthorized, .forbidden] }
        if !takes.isEmpty { statuses += [.conflict, .serviceUnavailable] }
        if !pathParameters.isEmpty { statuses.append(.notFound) }
        if form != nil || !query.isEmpty || method != .get { statuses.append(.unprocessableContent) }
        if method != .get { statuses += [.contentTooLarge, .unsupportedMediaType] }
        return Set(statuses.map(\.code)).sorted().map { HTTPResponse.Status(code: $0) }
    }
}

extension Schema {
    /// As JSON Schema. Named shapes are put into `shapes` and referred to.
    func openAPI(_ shapes: inout [String: JSON]) -> JSON {
        switch self {
        case .anything:
            return [:]
        case .text(let length):
            return [
                "type": "string", "minLength": JSON(length.lowerBound), "maxLength": JSON(length.upperBound),
                "pattern": "^[^\\u0000]*$",
            ]
        case .form(.day):
            return ["type": "string", "format": "date", "pattern": .string(Form.day.pattern)]
        case .form(.telephone):
            return ["type": "string", "maxLength": 20, "pattern": .string(Form.telephone.pattern)]
        case .oneOf(let words):
            return ["type": "string", "enum": .array(words.map(JSON.string))]
        case .integer(let range):
            return ["type": "integer", "minimum": JSON(range.lowerBound), "maximum": JSON(range.upperBound)]
        case .number:
            return ["type": "number"]
        case .flag:
            return ["type": "boolean"]
        case .agreed:
            return ["type": "boolean", "enum": [true]]
        case .list(let schema):
            return ["type": "array", "items": schema.openAPI(&shapes)]
        case .table(let schema):
            return ["type": "object", "additionalProperties": schema.openAPI(&shapes)]
        case .object(let properties):
            var members: [String: JSON] = [:]
            for property in properties { members[property.name] = property.schema.openAPI(&shapes) }
            var object: [String: JSON] = [
                "type": "object", "properties": .object(members), "additionalProperties": false,
            ]
            let required = properties.filter(\.required).map { JSON.string($0.name) }
            if !required.isEmpty { object["required"] = .array(required) }
            return .object(object)
        case .nullable(let schema):
            return ["anyOf": [schema.openAPI(&shapes), ["type": "null"]]]
        case .either(let one, let other):
            return ["anyOf": [one.openAPI(&shapes), other.openAPI(&shapes)]]
        case .named(let name, let schema):
            if shapes[name] == nil { shapes[name] = schema.openAPI(&shapes) }
            return ["$ref": .string("#/components/schemas/\(name)")]
        }
    }
}
