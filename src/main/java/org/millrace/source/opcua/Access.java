package org.millrace.source.opcua;

import java.util.function.UnaryOperator;
import org.millrace.security.CertificateFolders;

/**
 * All that is needed to connect to one server.
 *
 * @param secrets from a reference as written ({@code {{file-secret:x}}}) to the plain text
 * @param folders the hub's own certificate and who is trusted
 */
record Access(OpcUaSourceFile file, UnaryOperator<String> secrets, CertificateFolders folders) {}
