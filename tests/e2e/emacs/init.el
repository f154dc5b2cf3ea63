;;; init.el --- Emacs under test -*- lexical-binding: t -*-
;; FIMD_LISP is the folder of unpacked packages, FIMD_CLIENT "lsp-mode" or "eglot", FIMD_SETTINGS JSON. A file
;; FIMD_WORK/CLIENT.ready appears when the server runs; what is worth knowing is appended to FIMD_WORK/CLIENT.log.
(dolist (folder (directory-files (getenv "FIMD_LISP") t "^[^.]"))
  (when (file-directory-p folder)
    (add-to-list 'load-path folder)
    (dolist (file (directory-files folder t "-autoloads\\.el\\'")) (load file nil t))))
(setq make-backup-files nil auto-save-default nil inhibit-startup-screen t create-lockfiles nil
      lsp-enable-suggest-server-download nil lsp-auto-guess-root t lsp-warn-no-matched-clients nil
      lsp-restart 'ignore lsp-session-file (expand-file-name "session" (getenv "FIMD_WORK")))
(setq-default indent-tabs-mode nil)
(electric-indent-mode -1)
(defun test-note (name text)
  (write-region (concat text "\n") nil (expand-file-name (concat (getenv "FIMD_CLIENT") name) (getenv "FIMD_WORK")) t 'quiet))

(load (expand-file-name "editors/others/fimd.el" (getenv "FIMD_ROOT")))
(setq fimd-command (list (getenv "FIMD") "--stdio")
      fimd-settings (json-parse-string (getenv "FIMD_SETTINGS") :object-type 'alist))
(if (equal (getenv "FIMD_CLIENT") "lsp-mode")
    (progn
      (add-hook 'lsp-after-initialize-hook (lambda () (test-note ".ready" "")))
      (add-hook 'lsp-inline-completion-accepted-functions (lambda (text &rest _) (test-note ".log" text)))
      (add-hook 'find-file-hook #'lsp))
  (setq eglot-autoshutdown t)
  (add-hook 'find-file-hook #'fimd-eglot)
  (add-hook 'eglot-managed-mode-hook (lambda () (test-note ".ready" ""))))
