;;; fimd.el --- Ghost text from fimd -*- lexical-binding: t -*-

;; For lsp-mode 10 and later (ghost text) and for eglot (a completion list). Load this file, then start lsp-mode or
;; eglot as usual: M-x lsp, or M-x fimd-eglot. See emacs.md.

;;; Code:

(defgroup fimd nil "Completions from fimd." :group 'tools)

(defcustom fimd-command '("fimd" "--stdio")
  "Program of the server and its arguments."
  :type '(repeat string))

(defcustom fimd-settings nil
  "Configuration of fimd, as in its config.json: an alist of symbols, lists as vectors.
For example ((completion . ((providers . [\"codestral\"]))))."
  :type 'sexp)

(defvar lsp-inline-completion-active-map)
(defvar lsp-inline-completion-idle-delay)
(defvar eglot-server-programs)
(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-buffer-language "lsp-mode")
(declare-function lsp-inline-completion-accept "lsp-inline-completion")
(declare-function eglot-ensure "eglot")

;; As an add-on the server runs beside the one of the language.
(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () fimd-command))
                    :activation-fn (lambda (&rest _) t)
                    :initialization-options (lambda () fimd-settings)
                    :server-id 'fimd
                    :add-on? t
                    :priority -1)))

;; lsp-mode waits two seconds by default, and its key to accept, C-RET, does not exist in a terminal.
(with-eval-after-load 'lsp-inline-completion
  (setq lsp-inline-completion-idle-delay 0.2)
  (define-key lsp-inline-completion-active-map (kbd "TAB") #'lsp-inline-completion-accept)
  (put 'lsp-inline-completion-accept 'lsp-inline-completion-keep t))

(defun fimd-eglot ()
  "Start fimd with eglot in this buffer; eglot then asks no other server."
  (interactive)
  (require 'eglot)
  (let ((server (if fimd-settings
                    (append fimd-command (list :initializationOptions fimd-settings))
                  fimd-command)))
    (setq-local eglot-server-programs (list (cons major-mode server))))
  (eglot-ensure))

(provide 'fimd)
;;; fimd.el ends here
