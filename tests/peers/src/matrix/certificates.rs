//! Certificates for TLS: of an authority, and of a server and a client for which it vouches.

use rcgen::{BasicConstraints, CertificateParams, DnType, Error, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::path::Path;
use std::{fs, io};

/// Writes `ca.pem`, and `server` and `client` with `.pem` and `.key`, into a folder, which is made.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let authority_key = KeyPair::generate().map_err(io::Error::other)?;
    let mut authority = params("authority", &[]).map_err(io::Error::other)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    fs::write(folder.join("ca.pem"), authority.self_signed(&authority_key).map_err(io::Error::other)?.pem())?;
    let authority = Issuer::new(authority, authority_key);
    // Some servers compare the client's certificate with its address.
    for name in ["server", "client"] {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate =
            params(name, &["localhost", "127.0.0.1", "::1"]).and_then(|params| params.signed_by(&key, &authority));
        fs::write(folder.join(format!("{name}.pem")), certificate.map_err(io::Error::other)?.pem())?;
        fs::write(folder.join(format!("{name}.key")), key.serialize_pem())?;
    }
    Ok(())
}

fn params(name: &str, hosts: &[&str]) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(hosts.iter().map(|&host| host.to_owned()).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}
