package org.millrace.source.opcua;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.milo.opcua.sdk.client.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.identity.IdentityProvider;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;
import org.eclipse.milo.opcua.sdk.client.identity.X509IdentityProvider;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.millrace.source.opcua.OpcUaSourceFile.Security;

/** Who logs in: nobody, a user with a password, or a user with a certificate. Secrets are read here, each time anew. */
final class UserIdentity {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private UserIdentity() {}

    /** @param validator of the certificate a password is encrypted for */
    static IdentityProvider provider(Security security, UnaryOperator<String> secrets, CertificateValidator validator)
            throws IOException {
        if (security.userCertificate().isPresent()) {
            return fromPem(security.userCertificate().get().reveal(secrets));
        }
        if (security.user().isPresent()) {
            String password =
                    security.password().map(secret -> secret.reveal(secrets)).orElse("");
            return new UsernameProvider(security.user().get(), password, validator);
        }
        return new AnonymousProvider();
    }

    /** The message never repeats the text. */
    static X509IdentityProvider fromPem(String pem) throws IOException {
        Matcher certificate = CERTIFICATE.matcher(pem);
        Matcher key = KEY.matcher(pem);
        if (!certificate.find()) {
            throw new IOException("user_certificate holds no BEGIN CERTIFICATE");
        }
        if (!key.find()) {
            throw new IOException(
                    "user_certificate holds no BEGIN PRIVATE KEY (PKCS #8, not encrypted); another form is"
                            + " changed by: openssl pkcs8 -topk8 -nodes -in key.pem");
        }
        try {
            X509Certificate x509 = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(certificate.group().getBytes(StandardCharsets.US_ASCII)));
            PrivateKey secret = KeyFactory.getInstance(x509.getPublicKey().getAlgorithm())
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1))));
            return new X509IdentityProvider(x509, secret);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "user_certificate cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
