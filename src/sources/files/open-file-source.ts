import { readPassword, readSecret } from '../../ops/connector-secrets.js';
import type { OutsidePlace } from '../../ops/file-places.js';
import type { FileSource } from './file-source.js';
import { Folder } from './folder.js';

/**
 * Reads the secrets and makes the source; connects to nothing yet.
 *
 * @throws SettingsInvalid for a file with a secret that is missing, empty, or open to others
 */
export async function openFileSource(settings: OutsidePlace): Promise<FileSource> {
  switch (settings.kind) {
    case 'folder':
      return new Folder(settings.path);
    case 'sftp': {
      const { host, port, user_name, password_file, private_key_file, host_key_fingerprints, path } = settings;
      const what = `of the SFTP user at ${host}`;
      const access = {
        host,
        port,
        userName: user_name,
        password: password_file === undefined ? null : await readPassword(password_file, `the password ${what}`),
        privateKey:
          private_key_file === undefined ? null : await readSecret(private_key_file, `the private key ${what}`),
        hostKeyFingerprints: host_key_fingerprints,
        timeoutMs: settings.timeout_seconds * 1_000,
      };
      // The libraries of each kind are large: only what is used is loaded.
      const { SftpFolder } = await import('./sftp.js');
      return new SftpFolder(access, path);
    }
    case 's3': {
      const { bucket, prefix = '', region, endpoint = null, access_key_id, secret_access_key_file } = settings;
      const { S3Bucket } = await import('./s3.js');
      return new S3Bucket({
        bucket,
        prefix,
        region,
        endpoint,
        forcePathStyle: settings.force_path_style,
        credentials:
          access_key_id === undefined
            ? null
            : {
                accessKeyId: access_key_id,
                secretAccessKey: await readPassword(secret_access_key_file!, `the secret access key for ${bucket}`),
              },
        serverSideEncryption: settings.server_side_encryption === 'none' ? null : settings.server_side_encryption,
        timeoutMs: settings.timeout_seconds * 1_000,
      });
    }
  }
}
